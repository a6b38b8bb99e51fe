/** The file can never be read as tasks. The message is for its owner: what is wrong and what to do. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}
