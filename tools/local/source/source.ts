import type { JsonObject, LocalService } from '../local-service.ts';

/** S3 as the rest of the engine sees it. */
export interface Source extends LocalService {
  /** The whole of an object. Rejects with `AwsError` when it is not there. */
  read(bucket: string, key: string): Promise<Buffer>;
}

/** An event of S3's own for the default bus of the account. */
export interface SourceEvent {
  readonly source: 'aws.s3';
  readonly detailType: 'Object Created' | 'Object Deleted' | 'Object Tags Added' | 'Object Tags Deleted';
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** Takes an event to the default bus. */
export type EmitSourceEvent = (event: SourceEvent) => void;
