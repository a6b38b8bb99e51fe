/**
 * What a consumer is, as data: read by infra (rule, queue, function), by the docs and by tests. Imports nothing of AWS.
 * A consumer's `subscription.ts` exports one: `export const subscription = { … } as const satisfies Subscription`.
 */
export interface Subscription {
  /** Kebab-case verb and object, unique: `create-tasks`. Rule, queue and function carry it in their names. */
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  /** The events it hears. Each entry becomes one rule with this consumer's queue as its one target. */
  readonly consumes: readonly Interest[];
  /** The event types it publishes: `TaskFileCompleted.v1`. */
  readonly emits: readonly string[];
  /** How the queue feeds the function. */
  readonly batch?: {
    /** Messages per invocation, 1 to 10 (to 10,000 with a window). @default 10 */
    readonly size?: number;
    /** How long to wait for a fuller batch, 0 to 300 seconds. @default 0 */
    readonly windowSeconds?: number;
    /** Invocations at the same time, 2 to 1,000. @default 5 */
    readonly maxConcurrency?: number;
  };
  readonly queue?: {
    /** How long a message waits before its first receive, 0 to 900 seconds. @default 0 */
    readonly delaySeconds?: number;
    /** Receives before a message goes to the dead-letter queue, at least 5. @default 5 */
    readonly maxReceives?: number;
  };
  readonly function?: {
    /** @default 512 */
    readonly memoryMb?: number;
    /** 1 to 900. The queue's visibility timeout is six times this, plus the window. @default 60 */
    readonly timeoutSeconds?: number;
    /** The processor: arm64 costs less; native packages may be there for the other only. @default 'arm64' */
    readonly architecture?: FunctionArchitecture;
    /** npm packages with native code, put beside the bundle with what they need: `['sharp']`. @default none */
    readonly nativePackages?: readonly string[];
    /**
     * Files and folders put beside the bundle, by the name the handler finds them under in `import.meta.dirname`; each is
     * a path from the repository's root: `{ models: 'node_modules/…/model' }`. @default none
     */
    readonly files?: Readonly<Record<string, string>>;
  };
}

/** As AWS Lambda calls them. */
export type FunctionArchitecture = (typeof functionArchitectures)[number];

export const functionArchitectures = ['arm64', 'x86_64'] as const;

export interface Interest {
  /** `<source>/<detail-type>`, the path of the schema without `.json`: `fanbus.tasks/TaskRowsRead.v1`. Or `everyOwnEvent`. */
  readonly event: string;
  /** Further conditions on `detail`, in EventBridge's pattern language. @default every event of that type */
  readonly detail?: { readonly [field: string]: unknown };
}

/** In `consumes`: every event of ours, whatever its source and type. Consumed with the contract `ownEvent`. */
export const everyOwnEvent = 'fanbus.*';

/** The numbers that hold when a subscription names none. */
export const subscriptionDefaults = {
  batchSize: 10,
  windowSeconds: 0,
  maxConcurrency: 5,
  delaySeconds: 0,
  maxReceives: 5,
  memoryMb: 512,
  timeoutSeconds: 60,
  architecture: 'arm64',
  nativePackages: [],
  files: {},
} as const;
