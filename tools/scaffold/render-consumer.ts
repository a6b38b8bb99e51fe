import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { contractName } from '../codegen/render-events.ts';
import { type EventSchema, isOurs } from '../codegen/schema-set.ts';
import type { GeneratedFile } from '../codegen/write-files.ts';
import { UserError } from '../user-error.ts';
import { addressOf } from './find-event.ts';
import type { ConsumerPlan } from './plan-consumer.ts';
import { camelCase, pascalCase } from './words.ts';

/**
 * The files of a consumer, made of the one in `template/`: a real one, with names that are put in place of its own. Not yet formatted.
 * The first is the one to fill in.
 */
export function renderConsumer(plan: ConsumerPlan): readonly GeneratedFile[] {
  const example = plan.emits.length === 0 ? 'hear-example' : 'answer-example';
  const service = `${CODE}services/items/${example}`;
  const stack = plan.bucket === undefined ? 'hear-example-stack' : 'hear-example-upload-stack';
  return [
    render(`${service}/${example}.ts`, plan),
    render(`${service}/subscription.ts`, plan),
    render(`${service}/handler.ts`, plan),
    render(`${CODE}infra/stacks/${stack}.ts`, plan),
    render(`${TESTS}services/items/${example}/${example}.test.ts`, plan),
    ...plan.examples.map((event, index) => ({
      path: `test/services/${plan.domain}/${plan.name}/${plan.hears[index]?.moduleName}.json`,
      content: JSON.stringify(event, null, 2),
    })),
  ];
}

const CODE = 'tools/scaffold/template/';
const TESTS = 'test/tools/scaffold/template/';
const repository = join(import.meta.dirname, '../..');

function render(path: string, plan: ConsumerPlan): GeneratedFile {
  const { hears, detail } = plan;
  const heardId = hears.every(isOurs) ? 'event.detail.metadata.eventId' : 'event.id';
  const template = readFileSync(join(repository, path), 'utf8');
  refuseTakenWord(template, plan);
  let text = ofEach(withoutDetour(template, path, plan), plan);
  const interests = hears.map((event) => JSON.stringify({ event: addressOf(event), detail }));
  const replaced: readonly (readonly [string, string])[] = [
    ...['hear-example', 'answer-example'].flatMap((example) =>
      [String, camelCase, pascalCase].map((spelled) => [spelled(example), spelled(plan.name)] as const),
    ),
    ['event.detail.metadata.eventId', heardId],
    ['uploadsBucket', plan.bucket ?? ''],
    // What a person wrote comes last, so that nothing is replaced in it.
    ["'Hears fanbus.items/ItemReceived.v1.'", JSON.stringify(plan.description)],
    ['Hears fanbus.items/ItemReceived.v1.', plan.description],
    ["{ event: 'fanbus.items/ItemReceived.v1' }", interests.join(', ')],
  ];
  for (const [from, to] of replaced) text = text.replaceAll(from, () => to);
  return { path: placeOf(path, plan), content: importedOnce(text) };
}

/** The consumer's name is that of a function, too, beside what its files import. */
function refuseTakenWord(template: string, { name, hears, emits }: ConsumerPlan): void {
  const word = camelCase(name);
  const isTaken = [...hears, ...emits].some((event) => contractName(event) === word);
  if (!isTaken && !new RegExp(String.raw`\b${word}\b`).test(template)) return;
  throw new UserError(
    `"${name}" cannot be: ${word} means something else in the code of a consumer. Choose another name.`,
  );
}

/** Where a file of the template, or what it refers to, is in the repository when it is this consumer's. */
function placeOf(path: string, { domain, name }: ConsumerPlan): string {
  const place = path.startsWith(TESTS) ? `test/${path.slice(TESTS.length)}` : path.replace(CODE, '');
  if (place === path) return path;
  return place
    .replace('services/items/', `services/${domain}/`)
    .replace('-upload-stack', '-stack')
    .replaceAll(/hear-example|answer-example/g, name);
}

/** Every relative path in a text as it is from the consumer's own place. */
function withoutDetour(text: string, path: string, plan: ConsumerPlan): string {
  const folder = posix.dirname(placeOf(path, plan));
  return text.replace(/(?<=')\.{1,2}\/[^']+(?=')/g, (reference) => {
    const target = placeOf(posix.join(posix.dirname(path), reference), plan);
    const relative = posix.relative(folder, target);
    return relative.startsWith('.') ? relative : `./${relative}`;
  });
}

/** What the template says of the one event that it hears, and of the one that it says, said of each. */
function ofEach(text: string, { hears, emits }: ConsumerPlan): string {
  const rules = [
    { said: /^import \{ itemReceivedV1 \}.*\n/, of: hears, separator: '' },
    { said: /(?<=events: \[)itemReceivedV1(?=\])/, of: hears, separator: ', ' },
    { said: /readEvent\(itemReceivedV1,[^)]*\)\)/, of: hears, separator: ', ' },
    { said: /(?<=EventOf<)'ItemReceived\.v1'(?=>)/, of: hears, separator: ' | ' },
    { said: /^import \{ itemLabelledV1 \}.*\n/, of: emits, separator: '' },
    { said: /(?<=events: \[)itemLabelledV1(?=\])/, of: emits, separator: ', ' },
    { said: /(?<=emits: \[)'ItemLabelled\.v1'(?=\])/, of: emits, separator: ', ' },
    { said: /(?<=Publisher<)'ItemLabelled\.v1'(?=>)/, of: emits, separator: ' | ' },
    { said: /(?<=type Answer = ).*(?=;)/, of: emits, separator: ' | ' },
  ];
  // In one go: what has been put in for one may look like the template's other.
  const any = new RegExp(rules.map(({ said }) => `(${said.source})`).join('|'), 'gm');
  return text.replace(any, (ofOne: string, ...groups: unknown[]) => {
    const { of = [], separator } = rules[groups.findIndex((group) => group !== undefined)] ?? {};
    return of.map((event) => naming(ofOne, event)).join(separator);
  });
}

function naming(text: string, event: EventSchema): string {
  return text
    .replaceAll(/itemReceivedV1|itemLabelledV1/g, contractName(event))
    .replaceAll(/item-received-v1|item-labelled-v1/g, event.moduleName)
    .replaceAll(/ItemReceived\.v1|ItemLabelled\.v1/g, event.detailType);
}

/** A consumer that hears what it says would import it twice. */
function importedOnce(text: string): string {
  const lines = text.split('\n');
  return lines
    .filter((line, index) => !line.startsWith('import ') || lines.indexOf(line) === index)
    .join('\n');
}
