import type { LocalService } from '../local-service.ts';

/** Lambda as the rest of the engine sees it, in process. */
export interface Functions extends LocalService {
  has(functionArnOrName: string): boolean;
  /** Runs the function once with this JSON payload. Rejects with `AwsError` when it does not exist; a function's own error is in the answer. */
  invoke(functionArnOrName: string, payload: string): Promise<Invocation>;
}

export interface Invocation {
  /** JSON text of what the handler returned, or of `{errorType, errorMessage, stackTrace}`. */
  readonly payload: string;
  readonly functionError?: 'Unhandled' | 'Handled';
}
