import { expect, it } from 'vitest';
import { checkArguments } from '../../tools/check-arguments.ts';
import { listOf } from '../../tools/list-of.ts';

it.each([
  ['several words', ['n', '--on', 'A', 'B C', '--json']],
  ['the option again', ['n', '--on', 'A', '--json', '--on=B C']],
  ['commas', ['--on', 'A,B C', 'n'].slice(0, 2)],
])('reads a list given by %s', (_how, words) => {
  expect(listOf(words, 'on')).toEqual(['A', 'B C']);
});

const known = {
  name: { type: 'positional', required: true },
  on: { type: 'string', valueHint: 'EVENT…' },
  json: { type: 'boolean' },
} as const;

it('takes the words that a command names, and a list after its option', () => {
  expect(() => checkArguments('fanbus new', ['n', '--on', 'A', 'B', '--json'], known)).not.toThrow();
});

it.each([
  [['--on', 'A'], 'NAME is missing. "fanbus new" takes NAME, --on, --json.'],
  [['n', 'm'], "Unexpected argument 'm'"],
  [['n', '--on', 'A', '--json', 'm'], "Unexpected argument 'm'"],
])('refuses %j', (words, message) => {
  expect(() => checkArguments('fanbus new', words, known)).toThrow(message);
});
