import type { Observations } from '../local/observations.ts';
import { createMeter, type Meter, type MeterOptions } from './meter.ts';

/** Meters what the engine reports from now on, until `stop`. */
export function watchBill(
  observations: Observations,
  options: MeterOptions = {},
): Omit<Meter, 'record'> & { stop(): void } {
  const { record, ...meter } = createMeter(options);
  const stops = billedKinds.map((kind) => observations.on(kind, record));
  return {
    ...meter,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

const billedKinds = [
  'requested',
  'published',
  'enqueued',
  'received',
  'settled',
  'invoked',
  'billed',
] as const;
