import type { Engine, JsonObject } from '../local-service.ts';

/** Whether the injected fault `throttle` strikes this request, by its text. */
export function throttled(engine: Engine, request: JsonObject | undefined): boolean {
  return engine.faults.draw('fan-in', 'throttle', JSON.stringify(request ?? {})) !== undefined;
}

/** AWS's words for a table with on-demand capacity. */
export const THROTTLED =
  'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.';
