/** A pattern of the events of one chain. One that begins with an event of AWS's has that event's own id. */
export function chainPattern(correlationId: string): object {
  return { $or: [{ id: [correlationId] }, { detail: { metadata: { correlationId: [correlationId] } } }] };
}
