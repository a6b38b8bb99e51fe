/** Reads the setting `MIN_CONFIDENCE`, 0.5 when it is left out. Throws for what is no share. */
export function readMinConfidence(setting = '0.5'): number {
  const share = Number(setting);
  if (setting.trim() !== '' && share >= 0.1 && share <= 1) return share;
  throw new Error(`MIN_CONFIDENCE is "${setting}", but must be a number from 0.1 to 1, such as 0.5.`);
}
