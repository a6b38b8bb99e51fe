/** Why a picture can never be processed. */
export type RefusalCode =
  | 'empty'
  | 'not-an-image'
  | 'unsupported-format'
  | 'damaged'
  | 'too-large'
  | 'too-many-pixels'
  | 'gone'
  | 'replaced';

/** The picture can never be processed as it is. The message is for its owner: what is wrong and what to do. */
export class UnusableImageError extends Error {
  override readonly name = 'UnusableImageError';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
  }
}
