import type { Observation } from '../local/observations.ts';
import { type Bill, createMeter, type MeterOptions } from './meter.ts';

/** The bill for these observations: `createMeter` says what it counts and what it leaves out. */
export function createBill(observations: Iterable<Observation>, options: MeterOptions = {}): Bill {
  const meter = createMeter(options);
  for (const observation of observations) meter.record(observation);
  return meter.bill();
}
