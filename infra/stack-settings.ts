import { DefaultStackSynthesizer, type StackProps } from 'aws-cdk-lib';
import { namesOf } from './names.ts';
import type { Stage } from './stage.ts';

/** What every stack of a stage shares: its name, its tags (CloudFormation hands them to the resources) and its protection. */
export function stackSettings(stage: Stage, id: string, description: string): StackProps {
  return {
    stackName: namesOf({ stage: stage.name }).stack(id),
    description,
    tags: { project: 'fanbus', stage: stage.name },
    terminationProtection: stage.deletionProtection,
    // The CLI checks the bootstrap version anyway; without the rule a template has no parameter to resolve.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  };
}
