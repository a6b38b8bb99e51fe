/** What is said of single tasks. */
export const taskEvents = ['TaskCreated.v1', 'TaskUpdated.v1', 'TaskDeleted.v1'] as const;
