/** An event that its own schema refuses: nothing was sent. */
export class InvalidEventError extends Error {
  readonly type: string;

  constructor(type: string, violation: string) {
    super(`${type} cannot be published: ${violation}. Correct the data, or the schema if it is too narrow.`);
    this.name = 'InvalidEventError';
    this.type = type;
  }
}

export interface UnpublishedEvent {
  /** Its place in the data given to `publish`. */
  readonly index: number;
  readonly type: string;
  /** EventBridge's error code, or `NotSent` when an earlier request had failed. */
  readonly code: string;
  readonly message: string;
}

/** Some events did not reach the bus, after every retry that made sense; the others did. */
export class PublishError extends Error {
  readonly left: readonly UnpublishedEvent[];

  constructor(
    busName: string,
    left: readonly UnpublishedEvent[],
    total: number,
    options: { cause?: unknown },
  ) {
    const [first] = left;
    super(
      `${left.length} of ${total} events were not published to ${busName}; the first, ${first?.type}: ` +
        `${first?.code} ${first?.message}. "left" names them: publish those again.`,
      options,
    );
    this.name = 'PublishError';
    this.left = left;
  }
}
