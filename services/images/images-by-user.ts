/**
 * The index of reviews by whose picture it is. `listed` is `<id of the upload>#<when the review began>`: upload ids begin with their
 * time, so it sorts by when uploads began, and those of one upload by when they came.
 */
export const imagesByUser = { name: 'by-user', partitionKey: 'userId', sortKey: 'listed' } as const;
