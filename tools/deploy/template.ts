/** What of a CloudFormation template a plan is made of. */
export interface Template {
  readonly Description?: string;
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Whether the stack is a consumer's: only those take messages off a queue. */
export function isConsumer({ Resources = {} }: Template): boolean {
  return Object.values(Resources).some(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping');
}
