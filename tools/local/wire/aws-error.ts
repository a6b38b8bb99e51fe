/** An answer that AWS would give: its code, its words and its HTTP status. Rendered by the gateway in the service's protocol. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape, such as the `Item` of a ConditionalCheckFailedException. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AwsError';
    this.code = code;
    this.status = options.status ?? 400;
    this.details = options.details ?? {};
  }
}
