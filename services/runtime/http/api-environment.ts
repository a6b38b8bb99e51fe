/** What every function of the API is told by its stack. */
export interface ApiEnvironment {
  readonly STAGE: string;
}

/** Reads the environment: call it once, when the module loads. Throws one `Error` that lists everything that is missing. */
export function readApiEnvironment<const Required extends string = never>({
  required = [],
  from = process.env,
}: {
  /** What the function needs beside the stage. */
  readonly required?: readonly Required[];
  /** @default the process's environment */
  readonly from?: Readonly<Record<string, string | undefined>>;
} = {}): ApiEnvironment & Readonly<Record<Required, string>> {
  const names = ['STAGE', ...required];
  const missing = names.filter((name) => !from[name]);
  if (missing.length > 0) {
    throw new Error(`the environment lacks ${missing.join(', ')}: the stack of the API must set them.`);
  }
  return Object.fromEntries(names.map((name) => [name, from[name]])) as ReturnType<
    typeof readApiEnvironment<Required>
  >;
}
