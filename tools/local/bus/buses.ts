import type { JsonObject, LocalService } from '../local-service.ts';

/** EventBridge as the rest of the engine sees it, in process. */
export interface Buses extends LocalService {
  /** Puts an event of AWS's own, such as S3's, on the default bus. Returns its id. */
  putServiceEvent(event: ServiceEvent): string;
}

export interface ServiceEvent {
  /** `aws.s3`. */
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}
