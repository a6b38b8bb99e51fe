import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { eventFolder } from '../../services/analytics/record-analytics/event-folder.ts';
import { eventLine } from '../../services/analytics/record-analytics/event-line.ts';
import { ownEvent } from '../services/analytics/record-analytics/own-events.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/analytics.md'), 'utf8');
const [table = ''] = /CREATE EXTERNAL TABLE[\s\S]+?\n\);/.exec(page) ?? [];
const property = (name: string) => new RegExp(`'${name}' = '(.+)'`).exec(table)?.[1] ?? '';

const plain = ownEvent({ 'replay-name': 'again' });
const { metadata } = plain.detail;
const event = {
  ...plain,
  detail: { ...plain.detail, metadata: { ...metadata, causationId: 'a', traceparent: 'b' } },
};
const columns = Object.keys(JSON.parse(eventLine(event)));

it('tells the meaning of each column, in the order of a line', () => {
  const rows = [...page.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, names = '']) => names.split(', '));
  expect(rows.map((name) => name.replaceAll('`', ''))).toEqual(columns);
});

it('has a table with each column, from a line or from its folder', () => {
  const [own = '', partitions = ''] = table.split('PARTITIONED BY');
  const named = [...own.matchAll(/^ {2}`?(\w+)`? string/gm)].map(([, name]) => name);
  const ofFolder = ['source', 'type'];
  expect(named).toEqual(columns.filter((name) => !ofFolder.includes(name)).map((name) => name.toLowerCase()));
  for (const name of ofFolder) expect(partitions).toContain(`${name} string`);
  const mapped = [...table.matchAll(/'mapping\.(\w+)' = '(\w+)'/g)].map(([, lower, name]) => [lower, name]);
  expect(mapped).toEqual(
    columns.filter((name) => name !== name.toLowerCase()).map((name) => [name.toLowerCase(), name]),
  );
});

it('looks for events where they are written', () => {
  const [, template] = property('storage.location.template').split('<region>/');
  const values: Readonly<Record<string, string>> = {
    source: event.source,
    type: event['detail-type'],
    day: '2026-11-21',
    hour: '09',
  };
  expect(template?.replace(/\$\{(\w+)\}/g, (_, name) => values[name] ?? '')).toBe(eventFolder(event));
});

it('lists every source and type of ours, so that Athena finds them', () => {
  const own = globSync('schemas/fanbus.*/*.json', { cwd: root });
  expect(own.length).toBeGreaterThan(3);
  const sources = new Set(own.map((file) => basename(dirname(file))));
  const types = own.map((file) => basename(file, '.json'));
  expect(property('projection.source.values').split(',')).toEqual(expect.arrayContaining([...sources]));
  expect(property('projection.type.values').split(',')).toEqual(expect.arrayContaining(types));
});
