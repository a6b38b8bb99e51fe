import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createLogFiles } from '../../../../tools/local/function/log-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'log-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (group: string, message: string) => ({ group, message, stream: 's', timestamp: 0 });

it('holds the lines of each group in a file of its own, one below the other', () => {
  const files = createLogFiles(folder);
  files.append(line('/aws/events/heard', 'one'));
  files.append(line('/aws/lambda/fn', 'START\n'));
  files.append(line('/aws/events/heard', 'two\n'));
  files.flush();
  files.append(line('/aws/events/heard', 'three'));
  files.flush();
  expect(readFileSync(path.join(folder, 'aws/events/heard.log'), 'utf8')).toBe('one\ntwo\nthree\n');
  expect(readFileSync(path.join(folder, 'aws/lambda/fn.log'), 'utf8')).toBe('START\n');
});

it('stays in its folder, whatever a group is called', () => {
  const inner = path.join(folder, 'inner');
  const files = createLogFiles(inner);
  files.append(line('../../outside', 'x'));
  files.append(line('/a/./..', 'x'));
  files.flush();
  expect(readdirSync(inner, { recursive: true }).toSorted()).toEqual([
    '__',
    '__/__',
    '__/__/outside.log',
    'a',
    'a/_',
    'a/_/__.log',
  ]);
});
