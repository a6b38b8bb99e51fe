import type { Observation, Observations } from '../local/observations.ts';
import { createMeter, type Meter, type MeterOptions } from './meter.ts';

export interface WatchBillOptions extends MeterOptions {
  /** What is not the system's doing, such as that of somebody who listens. @default nothing */
  readonly ignore?: (observation: Observation) => boolean;
}

/** Meters what the engine reports from now on, until `stop`. */
export function watchBill(
  observations: Observations,
  { ignore = () => false, ...options }: WatchBillOptions = {},
): Omit<Meter, 'record'> & { stop(): void } {
  const { record, ...meter } = createMeter(options);
  const stops = billedKinds.map((kind) =>
    observations.on(kind, (observation) => {
      if (!ignore(observation)) record(observation);
    }),
  );
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
