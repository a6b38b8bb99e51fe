import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalService } from '../../tools/local/local-service.ts';
import { type LocalAws, startLocalAws } from '../../tools/local/start-local-aws.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/local.md'), 'utf8');

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());

describe('docs/local.md', () => {
  it('quotes its example from the test that runs it', () => {
    const test = readFileSync(join(import.meta.dirname, 'local-example.test.ts'), 'utf8');
    const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
    expect(blocks).toEqual([test.slice(test.indexOf("it('"))]);
  });

  it('names each hop, kind of observation and effect that there is', () => {
    const words = new Set([...page.matchAll(/`([a-z][a-z-]*)`/g)].map((match) => match[1]));
    expect(
      kindsIn('tools/local/observations.ts', /kind: '([a-z-]+)'/g).filter((kind) => !words.has(kind)),
    ).toEqual([]);
    const effects = kindsIn('tools/local/faults.ts', /^ {2}readonly effect: (.*);$/gm)[0] ?? '';
    const hops = kindsIn('tools/local/faults.ts', /^export type Hop = (.*);$/gm)[0] ?? '';
    const named = [...`${effects} ${hops}`.matchAll(/'([a-z-]+)'/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((word) => !words.has(word))).toEqual([]);
  });
});

describe('docs/local-services.md', () => {
  it('lists what the services answer and deploy, as they say themselves', async () => {
    const services = Object.values(aws)
      .filter(isService)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(services.length).toBeGreaterThan(5);
    const sections = await Promise.all(services.map(describeService));
    await expect(`${INTRODUCTION}${sections.join('')}`).toMatchFileSnapshot(
      join(root, 'docs/local-services.md'),
      'brought up to date by npx vitest run test/docs/local.test.ts -u',
    );
  });
});

const INTRODUCTION = `# What the local AWS answers and deploys

Written from the services themselves by \`test/docs/local.test.ts\`. What is not here is refused by name. See [local.md](local.md).
`;

function kindsIn(path: string, pattern: RegExp): string[] {
  return [...readFileSync(join(root, path), 'utf8').matchAll(pattern)].map((match) => match[1] ?? '');
}

function isService(part: unknown): part is LocalService {
  return typeof part === 'object' && part !== null && 'protocol' in part && 'resources' in part;
}

async function describeService(service: LocalService): Promise<string> {
  const operations = await operationsOf(service);
  const resources = Object.entries(service.resources).map(
    ([type, { honoured, withoutEffect }]) =>
      `| \`${type}\` | ${honoured.toSorted().join(', ')} | ${reasons(withoutEffect)} |\n`,
  );
  return [
    `\n## ${service.name}\n`,
    operations.length > 0 ? `\n${operations.toSorted().join(', ')}\n` : '',
    resources.length > 0 ? `\n| Resource | Honoured | Accepted without effect |\n|---|---|---|\n` : '',
    ...resources,
  ].join('');
}

/** `{ A: 'x', B: 'x', C: 'y' }` -> `A, B (x); C (y)` */
function reasons(withoutEffect: Readonly<Record<string, string>>): string {
  const byReason = Map.groupBy(Object.entries(withoutEffect), ([, reason]) => reason);
  return [...byReason]
    .map(([reason, entries]) => `${entries.map(([name]) => name).join(', ')} (${reason})`)
    .join('; ');
}

/** A service of AWS JSON or of the query protocol has a map; one that speaks REST names its operations when it refuses another. */
async function operationsOf({ name, protocol }: LocalService): Promise<string[]> {
  if (protocol.kind !== 'http') return Object.keys(protocol.operations);
  const scope = `local/20260101/${aws.region}/${name}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${aws.endpoint}/nothing?tagging`, { headers: { authorization } });
  const [, list = ''] = / it has ([A-Za-z0-9, ]+)/.exec(await answer.text()) ?? [];
  expect(list, `${name} names its operations`).not.toBe('');
  return list.split(', ');
}
