import { SettingsError } from './settings-error.ts';

/** Reads origins from a text, separated by commas, or from a list. Throws `SettingsError` for what is no origin. */
export function readOrigins(given: unknown = []): readonly string[] {
  const origins: unknown = typeof given === 'string' ? given.split(',').map((each) => each.trim()) : given;
  if (!Array.isArray(origins)) throw refusal(given);
  for (const origin of origins) {
    if (typeof origin !== 'string' || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw refusal(origin);
    }
  }
  return origins;
}

function refusal(given: unknown): SettingsError {
  return new SettingsError(
    `corsOrigins has ${JSON.stringify(given)}, which is no origin. An origin is a scheme and a host, with no path and no *: -c corsOrigins=https://app.example.com.`,
  );
}
