export type Engine = 'yara-x' | 'declared-size' | 'clamav';

/** One finding of one engine. */
export interface Threat {
  readonly engine: Engine;
  /** The engine's name for it. */
  readonly rule: string;
  /** For people. */
  readonly description: string;
}

/** What the engines say of a picture. Without threats it is clean. */
export interface Findings {
  readonly engines: Engine[];
  readonly threats: Threat[];
}
