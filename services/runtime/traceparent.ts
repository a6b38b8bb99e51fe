import { randomBytes } from 'node:crypto';

/** A W3C trace context with a new span: of the same trace as `parent`, or of a new sampled one. See https://www.w3.org/TR/trace-context/ */
export function nextTraceparent(parent: string | undefined): string {
  const [, traceId, flags] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(parent ?? '') ?? [];
  return `00-${traceId ?? randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${flags ?? '01'}`;
}

/** The trace that begins with an event of AWS's, which has none: named by its id, a UUID, so that all that it causes is one trace. */
export function traceparentOf(eventId: string): string {
  return `00-${eventId.replaceAll('-', '').toLowerCase()}-${randomBytes(8).toString('hex')}-01`;
}
