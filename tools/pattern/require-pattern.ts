import { compilePattern } from '../local/rule/compile-pattern.ts';
import { AwsError } from '../local/wire/aws-error.ts';
import { UserError } from '../user-error.ts';

/** Throws `UserError` for a `--pattern`, JSON text, that EventBridge would refuse. */
export function requirePattern(text: string): void {
  try {
    compilePattern(text);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new UserError(`--pattern is none that EventBridge takes: ${cause.message}`, { cause });
  }
}
