import type { IngressEvent } from '../../../generated/http/events.ts';

/**
 * The event types that may come from outside: those whose schema says `x-ingress`. They are what people ask for. All others are what our
 * services have found or done, and would be lies: an `ImageReviewed.v1` from outside would approve a picture that nobody has looked at, a
 * `TaskRowsRead.v1` make tasks of a file that is not there.
 */
export const ingressTypes = ['ItemReceived.v1'] as const satisfies readonly IngressEvent['type'][];
