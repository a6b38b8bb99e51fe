/** How a master is encoded. */
export interface MasterSettings {
  readonly format: MasterFormat;
  /** 1 to 100. */
  readonly quality: number;
}

export type MasterFormat = keyof typeof defaultQualities;

/** Where each looks like the original at a glance. */
const defaultQualities = { avif: 60, webp: 82 } as const;

/** Reads the settings `MASTER_FORMAT` (`avif`, or `webp`) and `MASTER_QUALITY` (60 for AVIF, 82 for WebP). Throws for what cannot be. */
export function readMasterSettings({
  MASTER_FORMAT = 'avif',
  MASTER_QUALITY,
}: {
  readonly MASTER_FORMAT?: string;
  readonly MASTER_QUALITY?: string;
}): MasterSettings {
  if (MASTER_FORMAT !== 'avif' && MASTER_FORMAT !== 'webp') {
    throw new Error(`MASTER_FORMAT is "${MASTER_FORMAT}", but must be avif or webp.`);
  }
  const quality = Number(MASTER_QUALITY ?? defaultQualities[MASTER_FORMAT]);
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new Error(`MASTER_QUALITY is "${MASTER_QUALITY}", but must be a whole number from 1 to 100.`);
  }
  return { format: MASTER_FORMAT, quality };
}
