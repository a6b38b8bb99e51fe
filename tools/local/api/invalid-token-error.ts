/** A token that is not to be trusted; the message says why, for the `www-authenticate` header. */
export class InvalidTokenError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'InvalidTokenError';
  }
}
