/** What every function of a consumer is told by its stack. */
export interface Environment {
  readonly STAGE: string;
  readonly CONSUMER: string;
  readonly BUS_NAME: string;
  readonly QUEUE_URL: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  /** Receives before SQS moves a message to the dead-letter queue. */
  readonly MAX_RECEIVES: number;
}

/** Reads the environment: call it once, when the module loads. Throws one `Error` that lists everything that is missing. */
export function readEnvironment<
  const Required extends string = never,
  const Optional extends string = never,
>({
  required = [],
  optional = [],
  from = process.env,
}: {
  /** What the consumer's own stack adds. */
  readonly required?: readonly Required[];
  readonly optional?: readonly Optional[];
  /** @default the process's environment */
  readonly from?: Readonly<Record<string, string | undefined>>;
} = {}): Environment & Readonly<Record<Required, string>> & Readonly<Partial<Record<Optional, string>>> {
  const missing = [...shared, 'MAX_RECEIVES', ...required].filter((name) => !from[name]);
  if (missing.length > 0) {
    throw new Error(`the environment lacks ${missing.join(', ')}: the consumer's stack must set them.`);
  }
  const maxReceives = Number(from.MAX_RECEIVES);
  if (!Number.isInteger(maxReceives) || maxReceives < 1) {
    throw new Error(`MAX_RECEIVES is "${from.MAX_RECEIVES}", but must be a whole number from 1.`);
  }
  const given = [...shared, ...required, ...optional].filter((name) => from[name]);
  return {
    ...Object.fromEntries(given.map((name) => [name, from[name]])),
    MAX_RECEIVES: maxReceives,
  } as ReturnType<typeof readEnvironment<Required, Optional>>;
}

const shared = ['STAGE', 'CONSUMER', 'BUS_NAME', 'QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'] as const;
