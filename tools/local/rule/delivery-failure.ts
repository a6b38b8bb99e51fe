import { AwsError } from '../wire/aws-error.ts';

/** An attempt to deliver that failed, in the codes that EventBridge writes into its dead-letter queues. */
export class DeliveryFailure extends Error {
  readonly code: string;
  readonly isRetryable: boolean;
  /** The least wait before another attempt that the target asks for. */
  readonly retryAfterMs: number;

  constructor(
    code: string,
    message: string,
    options: { isRetryable?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DeliveryFailure';
    this.code = code;
    this.isRetryable = options.isRetryable ?? false;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** What a refusal of the target's service means for the delivery; anything but an `AwsError` is a bug and is thrown again. */
export function toDeliveryFailure(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  if (!(error instanceof AwsError)) throw error;
  const failed = (code: string, isRetryable: boolean) =>
    new DeliveryFailure(code, error.message, { isRetryable, cause: error });
  if (/throttl|toomanyrequests|overlimit/i.test(error.code)) return failed('THROTTLING', true);
  if (/accessdenied/i.test(error.code)) return failed('NO_PERMISSIONS', false);
  if (/nonexistent|doesnotexist|notfound/i.test(error.code)) return failed('NO_RESOURCE', false);
  if (error.status >= 500) return failed('INTERNAL_ERROR', true);
  return failed('SDK_CLIENT_ERROR', false);
}
