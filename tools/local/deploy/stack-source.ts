import type { Template } from './template.ts';

/** What one stack is made of, however it came. */
export interface StackSource {
  readonly name: string;
  readonly template: Template;
  /** The template as it was given. */
  readonly body: string;
  /** Values for the template's parameters; one that is not here has its default. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Folder or file of an asset, by the S3 key that the template names. Throws `UserError` for an unknown key. @default they lie in S3 */
  readonly asset?: (s3Key: string) => string;
  /** Whether an assembly held its assets before the engine's last start. @default false */
  readonly isOfAssembly?: boolean;
}
