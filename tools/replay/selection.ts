/** Which events of an archive are meant. */
export interface Selection {
  /** Milliseconds, whole seconds: EventBridge's time of an event has no finer. */
  readonly since: number;
  readonly until: number;
  /** Whether more was asked for than the archive keeps. */
  readonly isCut: boolean;
  /** JSON text of an EventBridge pattern; an event must match each of these. @default every event */
  readonly patterns: readonly string[];
}

/**
 * The patterns as one, as JSON text. Each says something of members of its own, see `readSelection`, so their members stand side by
 * side; as text, since EventBridge tells 1 from 1.0.
 */
export function joinPatterns(patterns: readonly string[]): string {
  return `{${patterns.map((text) => text.trim().slice(1, -1)).join(',')}}`;
}
