/** A setting that the person who deploys can put right; the message says which values are allowed. */
export class SettingsError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'SettingsError';
  }
}
