import { expect, it } from 'vitest';
import { respondProblem } from '../../../../services/runtime/http/respond.ts';

it('names twenty faults of a request at most, whoever found them', () => {
  const errors = Array.from({ length: 21 }, (_, n) => ({ pointer: `/body/${n}`, detail: 'is not yours' }));
  const { body = '' } = respondProblem(400, { detail: 'see errors', errors }, { requestId: 'request-1' });
  expect(JSON.parse(body).errors).toEqual(errors.slice(0, 20));
});
