import { stageNames } from '../../infra/stage-names.ts';

/** What each command takes that works on a deployed stage; `openTarget` reads it. */
export const targetArguments = {
  stage: {
    type: 'string',
    description: `Stage: ${stageNames.join(', ')}. Default: dev`,
    valueHint: 'STAGE',
  },
  profile: {
    type: 'string',
    description: 'On AWS, with this profile of your AWS configuration. Default: the local AWS',
    valueHint: 'PROFILE',
  },
  region: {
    type: 'string',
    description:
      'On AWS, in this region, with the credentials that the AWS SDK finds. Default: the local AWS',
    valueHint: 'REGION',
  },
  endpoint: {
    type: 'string',
    description: 'Which local AWS: what fanbus local printed as Endpoint. Default: the one that is running',
    valueHint: 'URL',
  },
} as const;

/** What was given of them. */
export type TargetArguments = Partial<Record<keyof typeof targetArguments, string>>;
