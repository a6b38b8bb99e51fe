import { expect, it } from 'vitest';
import { failedMessages } from '../../../../tools/local/function/failed-messages.ts';

const all = ['a', 'b', 'c'];
const failing = (...items: unknown[]) => ({ batchItemFailures: items });

it.each([
  ['null', null, []],
  ['{}', {}, []],
  ['no failures', failing(), []],
  ['null for failures', { batchItemFailures: null }, []],
  ['one failure', failing({ itemIdentifier: 'b' }), ['b']],
  ['one failure twice', failing({ itemIdentifier: 'b' }, { itemIdentifier: 'b' }), ['b']],
  ['a wrong key', failing({ foo: 'notvalid' }), all],
  ['an empty identifier', failing({ itemIdentifier: '' }), all],
  ['a null identifier', failing({ itemIdentifier: null }), all],
  ['an unknown id beside a known one', failing({ itemIdentifier: 'b' }, { itemIdentifier: 'z' }), all],
  ['null as a failure', failing(null), all],
  ['failures that are no list', { batchItemFailures: 'b' }, all],
  ['a text', 'batchItemFailures', all],
])('reads the answer with %s', (_, response, expected) => {
  const invocation = { payload: JSON.stringify(response) };
  expect([...failedMessages(all, invocation, { reportsItemFailures: true })]).toEqual(expected);
});

it('fails the whole batch on an error, whatever it says', () => {
  const payload = JSON.stringify(failing());
  const invocation = { payload, functionError: 'Unhandled' } as const;
  expect([...failedMessages(all, invocation, { reportsItemFailures: true })]).toEqual(all);
  expect([...failedMessages(all, invocation, { reportsItemFailures: false })]).toEqual(all);
});

it('ignores the answer of a mapping that does not ask for item failures', () => {
  const invocation = { payload: JSON.stringify(failing({ itemIdentifier: 'b' })) };
  expect([...failedMessages(all, invocation, { reportsItemFailures: false })]).toEqual([]);
});
