import type { Caller, LocalService } from '../local-service.ts';

/** SQS as the rest of the engine sees it, in process. */
export interface Queues extends LocalService {
  byArn(arn: string): Queue | undefined;
  list(): readonly Queue[];
  /** Calls back for each queue that is created from now on. Returns the way to stop. */
  onCreated(listener: (queue: Queue) => void): () => void;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** Puts a message in; reports `enqueued`. Throws `AwsError` as SendMessage would. */
  send(message: OutgoingMessage, caller: Caller): SentMessage;
  /** Takes up to `max` (1 to 10) visible messages at once, without waiting; reports `received`. Redrive happens here, as on AWS. */
  receive(max: number, caller: Caller): readonly ReceivedMessage[];
  delete(receiptHandle: string): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  /** Calls back whenever a message may have become visible. Returns the way to stop. */
  onVisible(listener: () => void): () => void;
  visibilityTimeoutSeconds(): number;
  depth(): { visible: number; inFlight: number; delayed: number };
}

export interface SentMessage {
  readonly messageId: string;
  readonly md5OfBody?: string;
  readonly md5OfMessageAttributes?: string;
  readonly sequenceNumber?: string;
}

export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** 0 to 900. @default the queue's own `DelaySeconds` */
  readonly delaySeconds?: number;
  /** The system attribute `AWSTraceHeader`. */
  readonly traceHeader?: string;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  /** `ApproximateReceiveCount`, `SentTimestamp`, … as strings, as SQS gives them. */
  readonly attributes: Readonly<Record<string, string>>;
}
