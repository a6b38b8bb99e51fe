export interface MetadataSettings {
  /** Whether the place where a picture was taken is told. */
  readonly keepGps: boolean;
}

/** Reads the setting `KEEP_GPS` (`false`). Throws for what is neither `true` nor `false`. */
export function readMetadataSettings({
  KEEP_GPS = 'false',
}: {
  readonly KEEP_GPS?: string;
}): MetadataSettings {
  if (KEEP_GPS !== 'true' && KEEP_GPS !== 'false') {
    throw new Error(`KEEP_GPS is "${KEEP_GPS}", but must be true or false.`);
  }
  return { keepGps: KEEP_GPS === 'true' };
}
