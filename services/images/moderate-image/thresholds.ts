/** What the model calls the things it sees. */
export type Label = (typeof labels)[number];

const labels = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'] as const;

/** From which confidence on a label makes a picture a case for a person, or for refusal. A label without any never does. */
export type Thresholds = Readonly<
  Partial<Record<Label, { readonly review?: number; readonly reject?: number }>>
>;

/** Without the setting: doubtful is a case for a person, clear is refused. */
export const defaultThresholds: Thresholds = {
  Porn: { review: 0.3, reject: 0.7 },
  Hentai: { review: 0.3, reject: 0.7 },
  Sexy: { review: 0.6 },
};

/**
 * Reads the setting `MODERATION_THRESHOLDS`, such as `{"Porn":{"review":0.3,"reject":0.7}}`; it replaces the defaults as a whole.
 * Throws for what is no such thing, naming it.
 */
export function readThresholds(setting: string | undefined): Thresholds {
  if (setting === undefined) return defaultThresholds;
  const thresholds = parse(setting);
  for (const [label, steps] of Object.entries(thresholds)) {
    if (!labels.some((known) => known === label))
      refuse(`the label "${label}"`, `one of ${labels.join(', ')}`);
    if (!isRecord(steps)) refuse(`${label}: ${JSON.stringify(steps)}`, '{"review":0.3,"reject":0.7}');
    for (const [step, share] of Object.entries(steps)) {
      if (step !== 'review' && step !== 'reject') refuse(`${label}.${step}`, 'review and reject');
      if (typeof share !== 'number' || share <= 0 || share > 1) {
        refuse(`${label}.${step}: ${JSON.stringify(share)}`, 'a number above 0, up to 1');
      }
    }
  }
  return thresholds;
}

function parse(setting: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(setting);
    if (isRecord(parsed)) return parsed;
  } catch {
    // Said below, like everything that is not an object.
  }
  return refuse(setting, 'a JSON object, such as {"Porn":{"review":0.3,"reject":0.7}}');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(given: string, allowed: string): never {
  throw new Error(`MODERATION_THRESHOLDS has ${given}, but allowed is ${allowed}.`);
}
