import { type FunctionArchitecture, functionArchitectures } from '../services/runtime/subscription.ts';
import { SettingsError } from './settings-error.ts';

/** What one deployment changes of one consumer, over its `subscription.ts`. */
export interface Override {
  readonly timeoutSeconds?: number;
  readonly memoryMb?: number;
  /** Such as that of this machine, where a consumer with native code is to run here. */
  readonly architecture?: FunctionArchitecture;
  /** Only settings that the consumer's stack knows. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** By consumer: `{"read-task-file": {"timeoutSeconds": 3, "environment": {"ROWS_PER_EVENT": "1"}}}`. */
export type Overrides = Readonly<Record<string, Override>>;

/** Reads overrides from their JSON text or from an object. Throws `SettingsError` naming what is wrong and what is allowed. */
export function readOverrides(given: unknown): Overrides {
  if (given === undefined) return {};
  const overrides = typeof given === 'string' ? parse(given) : given;
  if (!isRecord(overrides)) throw refusal('', given, 'an object of consumers');
  return Object.fromEntries(
    Object.entries(overrides).map(([consumer, override]) => [consumer, readOverride(consumer, override)]),
  );
}

/** Throws `SettingsError` when an override names a consumer that no stack deploys. */
export function refuseUnknownConsumers(overrides: Overrides, deployed: readonly string[]): void {
  for (const consumer of Object.keys(overrides)) {
    if (deployed.includes(consumer)) continue;
    throw new SettingsError(
      `overrides name "${consumer}", which no stack deploys. The consumers are ${deployed.join(', ')}.`,
    );
  }
}

function readOverride(consumer: string, given: unknown): Override {
  if (!isRecord(given)) throw refusal(consumer, given, 'an object');
  for (const [key, value] of Object.entries(given)) {
    const path = `${consumer}.${key}`;
    if (key === 'timeoutSeconds') checkWholeNumber(path, value, 1, 900);
    else if (key === 'memoryMb') checkWholeNumber(path, value, 128, 10_240);
    else if (key === 'architecture') checkArchitecture(path, value);
    else if (key === 'environment') checkEnvironment(path, value);
    else {
      throw new SettingsError(
        `overrides have no ${path}. An override may set timeoutSeconds, memoryMb, architecture and environment.`,
      );
    }
  }
  return given;
}

function checkWholeNumber(path: string, value: unknown, least: number, most: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return;
  throw refusal(path, value, `a whole number from ${least} to ${most}`);
}

function checkArchitecture(path: string, value: unknown): void {
  if (functionArchitectures.some((architecture) => architecture === value)) return;
  throw refusal(path, value, functionArchitectures.join(' or '));
}

function checkEnvironment(path: string, value: unknown): void {
  if (!isRecord(value)) throw refusal(path, value, 'an object of strings');
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw refusal(`${path}.${name}`, text, 'a string');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SettingsError(
      `overrides are not JSON: ${text}. Quote them for the shell: -c 'overrides={…}'.`,
      {
        cause,
      },
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(path: string, given: unknown, allowed: string): SettingsError {
  return new SettingsError(
    `overrides${path === '' ? '' : ` for ${path}`} are ${JSON.stringify(given)}, and must be ${allowed}.`,
  );
}
