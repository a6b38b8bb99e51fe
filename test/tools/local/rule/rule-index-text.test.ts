import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFields, readPath } from '../../../../tools/local/rule/event-fields.ts';
import { EventLeaves } from '../../../../tools/local/rule/event-leaves.ts';
import { parseEvent } from '../../../../tools/local/rule/parse-event.ts';
import { scanEvent } from '../../../../tools/local/rule/scan-event.ts';
import { createDraw, createRandom, randomEvent } from './random-cases.ts';

const paths = ['source', 'detail.a', 'detail.c.d', 'detail.list.x', 'detail.list.in.z'].map(readPath);

function scan(text: string) {
  const leaves = new EventLeaves();
  for (const path of paths) leaves.acquire(path);
  return scanEvent(text, leaves) ? read(leaves) : undefined;
}

const read = (fields: Pick<EventLeaves, 'at'>) =>
  paths.map((path) => fields.at(path).map(({ leaf, place }) => ({ leaf, at: indexes(place) })));

function indexes(place: ReturnType<EventLeaves['at']>[number]['place']): number[] {
  return place === undefined ? [] : [...indexes(place.outer), place.index];
}

describe('scanning an event text', () => {
  it('finds the leaves that parsing finds, in the same elements of arrays', () => {
    const random = createRandom(5);
    let scanned = 0;
    for (let n = 0; n < 5000; n += 1) {
      const text = randomEvent(createDraw(random));
      const leaves = scan(text);
      if (leaves === undefined) continue;
      scanned += 1;
      expect(sorted(leaves), text).toEqual(sorted(read(readFields(parseEvent(text)))));
    }
    expect(scanned).toBeGreaterThan(2500);
  });

  it('finds the same however the text is spaced', () => {
    const event = { source: 's', detail: { a: [1, 'two', null], list: [{ x: true }, { x: [false] }] } };
    for (const space of [1, '\t', ' \r\n']) {
      const text = ` ${JSON.stringify(event, null, space)}\n`;
      expect(scan(text)).toEqual(read(readFields(event)));
    }
  });

  it('accepts no text that JSON.parse refuses', () => {
    const broken = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom(...'{}[]",:\\0-+.eEtfnu \u0001\u00e9'.split('')),
      )
      .map(([text, at, character]) => {
        const place = at % (text.length + 1);
        return [
          text.slice(0, place) + character + text.slice(place),
          text.slice(0, place),
          text.slice(place),
        ];
      });
    fc.assert(
      fc.property(broken, (texts) => {
        for (const text of texts) if (scan(text) !== undefined) JSON.parse(text);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '{"source":"a\\u0062"}',
    '{"sour\\u0063e":"a"}',
    '{"source":"a","source":"b"}',
    '{"detail":{"a":1},"x":1,"detail":{}}',
    `${'['.repeat(200)}${']'.repeat(200)}`,
    '{"source":"a"} x',
    '{"source":"a",}',
    '{"source":"a\n"}',
    '{"n":01}',
    '{"n":-}',
    '{"n":"\\x"}',
    '{"n":"\\u12g4"}',
    '',
  ])('leaves %j to the parser', (text) => {
    expect(scan(text)).toBeUndefined();
  });

  it.each([
    '{"x":"a\\n\\u00e9","x":2,"source":"s"}',
    '{"source":"日本 🚌"}',
    '{"source":-0.5e-3,"detail":{"a":[9007199254740993,1e400,123456789012345]}}',
    '{"detail":{"c":{"d":1},"c.d":2},"detail.a":3}',
    '[{"source":"a"},[{"source":"b"}]]',
    '"text"',
    '{}',
  ])('reads %s itself', (text) => {
    expect(scan(text)).toEqual(read(readFields(parseEvent(text))));
  });
});

/** Fields stand in the text's order when scanned, in the path's order when walked. */
function sorted(fields: ReturnType<typeof read>) {
  return fields.map((leaves) => leaves.map((one) => JSON.stringify(one)).sort());
}
