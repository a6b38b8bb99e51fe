import type { Image } from '../image.ts';
import { UnusableImageError } from '../unusable-image-error.ts';
import type { Quarantine, Quarantined } from './quarantine.ts';
import type { Findings } from './threat.ts';

export interface ScannerOptions {
  /** The picture's bytes. Throws `UnusableImageError`. */
  readonly read: (image: Image) => Promise<Buffer>;
  readonly findThreats: (bytes: Buffer) => Promise<Findings>;
  readonly quarantine: Quarantine;
}

export interface Scan extends Findings {
  readonly clean: boolean;
  /** Where a picture with threats was moved to. */
  readonly quarantineKey?: string;
}

/**
 * Scans a picture and moves it into quarantine if there is a threat in it. Repeated after a crash anywhere, it answers the
 * same.
 */
export function createScanner({ read, findThreats, quarantine }: ScannerOptions) {
  return async function scanImage(image: Image): Promise<Scan> {
    try {
      return await scan(image, await read(image));
    } catch (error) {
      const moved = isMoved(error) ? await quarantine.find(image) : undefined;
      if (!moved) throw error;
      return scanOf(moved);
    }
  };

  async function scan(image: Image, bytes: Buffer): Promise<Scan> {
    const findings = await findThreats(bytes);
    if (findings.threats.length === 0) return { clean: true, ...findings };
    // Another delivery of the same event may have been faster.
    const moved = (await quarantine.move(image, findings)) ?? (await quarantine.find(image));
    // Deleted or replaced by its owner, it need not be moved. What it was is told all the same.
    return moved ? scanOf(moved) : { clean: false, ...findings };
  }
}

/** It was moved by an earlier attempt, or its owner deleted or replaced it. */
function isMoved(error: unknown): boolean {
  return error instanceof UnusableImageError && (error.code === 'gone' || error.code === 'replaced');
}

function scanOf({ engines, threats, key }: Quarantined): Scan {
  return { clean: false, engines, threats, quarantineKey: key };
}
