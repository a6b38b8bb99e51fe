import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenFunctions, openFunctions } from './open-functions.ts';
import { openRendezvous } from './rendezvous.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
});
afterAll(() => aws.close());

const invoke = async (name: string, event: unknown) =>
  JSON.parse((await aws.functions.invoke(name, JSON.stringify(event))).payload);

it('runs the new code from the next invocation on, and lets the old one come to its end', async () => {
  await using meeting = await openRendezvous(2);
  const saying = (word: string) =>
    `${meeting.handler.replace('process.pid', `'${word}'`)}
     const meet = exports.handler; exports.handler = async (event) => event.meets ? meet() : '${word}';`;
  await aws.addFunction('greeter', { 'index.js': saying('old'), 'note.txt': 'stays' });
  expect(await invoke('greeter', {})).toBe('old');

  const atWork = invoke('greeter', { meets: true });
  expect(aws.functions.replaceFile('greeter', 'index.js', Buffer.from(saying('new')))).toBe(true);
  expect(await invoke('greeter', { meets: true })).toBe('new');
  expect(await atWork).toBe('old');
});

it('keeps warm what would be given the same code', async () => {
  const code = 'let calls = 0; exports.handler = async () => (calls += 1);';
  await aws.addFunction('counter', code);
  expect(await invoke('counter', {})).toBe(1);
  expect(aws.functions.replaceFile('counter', 'index.js', Buffer.from(code))).toBe(false);
  expect(await invoke('counter', {})).toBe(2);
});

it('refuses a function that does not exist', () => {
  expect(() => aws.functions.replaceFile('nobody', 'index.js', Buffer.from(''))).toThrow(
    'Function not found',
  );
});
