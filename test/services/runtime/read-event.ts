import { readFileSync } from 'node:fs';
import type { ConsumableType, Contract, EventOf } from '../../../services/runtime/event.ts';
import { findViolation } from '../../../services/runtime/find-violation.ts';

/** An event as EventBridge delivers it, from a file of JSON. Throws when the contract refuses its detail. */
export function readEvent<Type extends ConsumableType>(contract: Contract<Type>, file: URL): EventOf<Type> {
  const event: EventOf<Type> = JSON.parse(readFileSync(file, 'utf8'));
  const violation = findViolation(contract.validate, event.detail);
  if (violation !== undefined) throw new Error(`${file.pathname}: ${violation}`);
  return event;
}
