/** Something the person at the keyboard can put right: the CLI prints the message without a stack and exits with 1. */
export class UserError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'UserError';
  }
}
