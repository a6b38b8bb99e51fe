import { Aws } from 'aws-cdk-lib';

export type Names = ReturnType<typeof namesOf>;

export interface Place {
  readonly stage: string;
  /** @default the account that a stack is deployed to, as CloudFormation's pseudo parameter */
  readonly accountId?: string;
  /** @default the region that a stack is deployed to, as CloudFormation's pseudo parameter */
  readonly region?: string;
}

/** The physical names that stacks, and whoever uses the system, find things by; there are no references between stacks. */
export function namesOf({ stage, accountId = Aws.ACCOUNT_ID, region = Aws.REGION }: Place) {
  const prefix = `fanbus-${stage}`;
  return {
    bus: prefix,
    archive: prefix,
    tasksTable: `${prefix}-tasks`,
    taskFilesTable: `${prefix}-task-files`,
    /** Bucket names are shared by the whole world, hence the account and the region. */
    uploadsBucket: `${prefix}-uploads-${accountId}-${region}`,
    /** The rule that takes uploads from the default bus to ours. */
    uploadsRule: `${prefix}-uploads`,
    /** Pictures as they were uploaded, what is made of them, and those in quarantine. */
    imagesBucket: `${prefix}-images-${accountId}-${region}`,
    /** The rule that takes uploaded pictures from the default bus to ours. */
    imagesRule: `${prefix}-images`,
    imageReviewsTable: `${prefix}-image-reviews`,
    usersTable: `${prefix}-users`,
    itemsTable: `${prefix}-items`,
    /** Every event of ours, for queries. */
    analyticsBucket: `${prefix}-analytics-${accountId}-${region}`,
    recordedEventsTable: `${prefix}-recorded-events`,
    api: prefix,
    /** A function of the API: `tasks-api`. */
    apiFunction: (name: string) => `${prefix}-${name}`,
    /** What was answered to requests that came with an Idempotency-Key. */
    idempotencyTable: `${prefix}-idempotency`,
    stack: (id: string) => `${prefix}-${id}`,
    /** A consumer's queue and its function. */
    consumer: (consumer: string) => `${prefix}-${consumer}`,
    /** Of a consumer, or of `uploads` and `images`. */
    deadLetters: (of: string) => `${prefix}-${of}-dlq`,
    /** The rule of a consumer's nth interest, counted from 1. */
    rule: (consumer: string, n: number) => `${prefix}-${consumer}-${n}`,
  } as const;
}
