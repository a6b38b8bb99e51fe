import type { Caller, LocalService } from '../local-service.ts';

/** Lambda as the rest of the engine sees it, in process. */
export interface Functions extends LocalService {
  has(functionArnOrName: string): boolean;
  /**
   * Runs the function once with this JSON payload. Rejects with `AwsError` when it does not exist, does not let the calling
   * service in, or is throttled; a function's own error is in the answer.
   */
  invoke(functionArnOrName: string, payload: string, origin?: InvocationOrigin): Promise<Invocation>;
  /**
   * Accepts the payload and runs the function later, as Lambda's asynchronous invocation does: an error is retried twice, after
   * one and two minutes on the engine's clock. Throws `AwsError` when the function does not exist, when it does not let the
   * calling service in, or when the payload exceeds 1 MB.
   */
  invokeLater(functionArnOrName: string, payload: string, origin?: InvocationOrigin): void;
  /**
   * Puts a file in place of the one at that path in the function's code, unless it is the same; answers whether it did. Environments that
   * are at work end with what they run; whoever calls from now on meets the new one. It lasts until the function is deployed again.
   * Throws `AwsError` when there is no such function.
   */
  replaceFile(functionArnOrName: string, file: string, contents: Uint8Array): boolean;
  /** Stops the pollers of a queue, or of all. Resolves when the batches they had taken are settled. */
  pausePolling(queueArn?: string): Promise<void>;
  resumePolling(queueArn?: string): void;
}

export interface InvocationOrigin {
  /** The service that calls, if one does. */
  readonly caller?: Caller;
  /** The X-Ray header of the trace that this goes on. @default a trace of its own */
  readonly traceHeader?: string;
}

export interface Invocation {
  /** Lambda's id of it, as in the log. */
  readonly requestId?: string;
  /** JSON text of what the handler returned, or of `{errorType, errorMessage, trace}`. */
  readonly payload: string;
  readonly functionError?: 'Unhandled' | 'Handled';
}
