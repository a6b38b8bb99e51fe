import type { Threat } from './threat.ts';
import type { Unfolded } from './unfold.ts';

/**
 * Pictures made to exhaust whoever decodes them: more than 50 megapixels in far fewer bytes than a photograph of that size
 * has, and packed texts and profiles that unpack to megabytes.
 */
export function findBombs(
  { width, height, isUnpackedInPart }: Omit<Unfolded, 'inside'>,
  { bytes }: { readonly bytes: number },
): Threat[] {
  const threats: Threat[] = [];
  const pixels = width * height;
  if (pixels > MAX_PIXELS && pixels > bytes * MAX_PIXELS_PER_BYTE) {
    threats.push({
      engine: 'declared-size',
      rule: 'pixel_bomb',
      description: `${width} × ${height} pixels declared in ${bytes} bytes`,
    });
  }
  if (isUnpackedInPart) {
    threats.push({
      engine: 'declared-size',
      rule: 'unpacking_bomb',
      description: 'packed texts or profiles that unpack to more than 4 MiB each or 16 MiB together',
    });
  }
  return threats;
}

const MAX_PIXELS = 50_000_000;
/** A phone's 50 megapixels have ten to a byte, a poor JPEG forty. */
const MAX_PIXELS_PER_BYTE = 50;
