/** The index of files by whose they are and when they were found. The fan-in's items lack both keys, so they are not in it. */
export const filesByOwner = { name: 'by-owner', partitionKey: 'owner', sortKey: 'createdAt' } as const;
