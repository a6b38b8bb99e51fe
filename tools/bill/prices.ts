/** What one unit of each kind costs in US dollars, before any free tier. */
export interface Prices {
  /** An event published on a bus of ours, per 64 KiB chunk. */
  readonly customEvent: number;
  /** An event of AWS that one opts into, such as S3's, per 64 KiB chunk. */
  readonly optInEvent: number;
  /** An event that a rule forwards to another bus of the same account, per 64 KiB chunk. */
  readonly forwardedEvent: number;
  /** An event that a replay puts on its bus again, per 64 KiB chunk. */
  readonly replayedEvent: number;
  /** A gigabyte that passes into an archive. */
  readonly archivedGigabyte: number;
  /** A request to a standard queue, per 64 KiB chunk. */
  readonly queueRequest: number;
  /** An invocation of a function. */
  readonly invocation: number;
  /** A second of a function that has a gigabyte of memory, on arm64. */
  readonly gigabyteSecond: number;
  /** A write unit of a table on demand. */
  readonly writeUnit: number;
  /** A read unit of a table on demand. */
  readonly readUnit: number;
  /** A PUT, COPY, POST or LIST request to a bucket in the Standard class. */
  readonly objectWrite: number;
  /** A GET request, or any other but DELETE, which is free. */
  readonly objectRead: number;
  /** A gigabyte of log lines that CloudWatch takes in. */
  readonly loggedGigabyte: number;
}

const million = 1_000_000;

/** The rates of us-east-1, each with where it was read and when. Only the first tier of a tiered price. */
export const prices: Prices = {
  // https://aws.amazon.com/eventbridge/pricing/, "Custom events", October 2026.
  customEvent: 1.0 / million,
  // The same page, "Opt-in AWS events": S3's events belong to them, not to the free management events; October 2026.
  optInEvent: 1.0 / million,
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html: forwarding is charged as a custom event; October 2026.
  forwardedEvent: 1.0 / million,
  // https://aws.amazon.com/eventbridge/pricing/, "Replay": as custom events; October 2026.
  replayedEvent: 1.0 / million,
  // https://aws.amazon.com/eventbridge/pricing/, "Archive processing", October 2026.
  archivedGigabyte: 0.1,
  // https://aws.amazon.com/sqs/pricing/, price list of September 2026.
  queueRequest: 0.4 / million,
  // https://aws.amazon.com/lambda/pricing/, price list of 2026-09-19.
  invocation: 0.2 / million,
  // The same price list, arm64.
  gigabyteSecond: 0.000_013_333_4,
  // https://aws.amazon.com/dynamodb/pricing/on-demand/, 2026.
  writeUnit: 0.625 / million,
  readUnit: 0.125 / million,
  // https://aws.amazon.com/s3/pricing/, price list of 2026.
  objectWrite: 0.005 / 1000,
  objectRead: 0.0004 / 1000,
  // https://aws.amazon.com/cloudwatch/pricing/, "Logs: collect", price list of 2026-08-31.
  loggedGigabyte: 0.5,
};
