import type { Image } from '../image.ts';

/**
 * Orders all that is said about a user's pictures, as text: a newer upload ranks higher; of one upload its verdicts rank above
 * the upload itself, and the one with more answers above the other. The same rank is the same thing said again.
 */
export function rankOf({ sequencer, imageId }: Image, answered?: number): string {
  // S3 documents the order of sequencers for one key only: the shorter padded with zeros, compared as text. In fact they begin
  // with the time, so they order a user's uploads under different names too. The id keeps two that are equal apart.
  const upload = `${sequencer.toLowerCase().padEnd(SEQUENCER_MAX_CHARACTERS, '0')}#${imageId}#`;
  return answered === undefined ? upload : `${upload}${`${answered}`.padStart(3, '0')}`;
}

/** As the events have it. */
const SEQUENCER_MAX_CHARACTERS = 64;
