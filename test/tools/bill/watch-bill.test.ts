import { expect, it } from 'vitest';
import { watchBill } from '../../../tools/bill/watch-bill.ts';
import { createObservations } from '../../../tools/local/observations.ts';

const put = { kind: 'requested', service: 's3', operation: 'PutObject', bytes: 5 } as const;

it('meters what is reported until it is stopped', () => {
  const observations = createObservations();
  const bill = watchBill(observations);
  observations.report({ ...put, caller: 'worker' });
  bill.stop();
  observations.report({ ...put, caller: 'worker' });
  expect(bill.requests()).toEqual({ 's3:PutObject': 1 });
});

it('leaves out what is to be ignored', () => {
  const observations = createObservations();
  const bill = watchBill(observations, {
    ignore: (observation) => observation.kind === 'requested' && observation.caller === 'user',
  });
  observations.report({ ...put, caller: 'user' });
  observations.report({ ...put, caller: 'worker' });
  expect(bill.requests()).toEqual({ 's3:PutObject': 1 });
});
