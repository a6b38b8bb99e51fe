/** What is said of items that somebody sends. */
export const itemEvents = ['ItemReceived.v1'] as const;
