import type { FieldError, RequestError } from './contract.ts';
import { escapeStep } from './escape-step.ts';

/** What a validator has found, for the caller: each place once, 20 at most. */
export function describeErrors(errors: readonly RequestError[]): readonly FieldError[] {
  const described = new Map<string, FieldError>();
  for (const error of errors) {
    const { pointer, detail } = describe(error);
    if (!described.has(pointer)) described.set(pointer, { pointer, detail });
    if (described.size === MOST) break;
  }
  return [...described.values()];
}

const MOST = 20;

function describe({ instancePath, keyword, message = 'is not valid', params }: RequestError): FieldError {
  if ('missingProperty' in params) return { pointer: inside(params.missingProperty), detail: 'is missing' };
  if ('additionalProperty' in params) {
    return { pointer: inside(params.additionalProperty), detail: 'is not known here: check the spelling' };
  }
  if ('allowedValues' in params) {
    return { pointer: instancePath, detail: `${message}: ${JSON.stringify(params.allowedValues)}` };
  }
  if (keyword === 'discriminator') {
    return { pointer: inside('type'), detail: 'is none of the types that may come from outside' };
  }
  return { pointer: instancePath, detail: message };

  function inside(name: unknown): string {
    return `${instancePath}/${escapeStep(name)}`;
  }
}
