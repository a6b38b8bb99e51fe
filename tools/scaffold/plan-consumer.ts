import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSubscriptions } from '../../infra/read-subscriptions.ts';
import { everyOwnEvent } from '../../services/runtime/subscription.ts';
import { compileSchemas } from '../codegen/compile-schemas.ts';
import { readSchemas } from '../codegen/read-schemas.ts';
import { type EventSchema, isOurs, type SchemaSet } from '../codegen/schema-set.ts';
import { nearest } from '../nearest.ts';
import { parseJson } from '../parse-json.ts';
import { UserError } from '../user-error.ts';
import { checkPattern, type DetailPattern } from './check-pattern.ts';
import { exampleEvent } from './example-event.ts';
import { addressOf, findEvent, findOwnEvent } from './find-event.ts';

export interface ConsumerOptions {
  /** The repository. */
  readonly root: string;
  readonly name: string;
  /** The events it hears, as a person names them. */
  readonly on: readonly string[];
  /** The events it says. */
  readonly emits: readonly string[];
  /** Folder of services. @default that of the first event's source */
  readonly domain?: string;
  /** Conditions on `detail` of each event, as JSON text. @default none */
  readonly pattern?: string;
  /** One sentence. @default which events it hears */
  readonly description?: string;
}

/** A consumer to be made, all of it checked. */
export interface ConsumerPlan {
  readonly name: string;
  readonly domain: string;
  readonly description: string;
  readonly hears: readonly EventSchema[];
  readonly emits: readonly EventSchema[];
  readonly detail?: DetailPattern;
  /** Of `namesOf`: the bucket that it hears of. */
  readonly bucket?: string;
  /** An event of each type that it hears, as EventBridge delivers it. */
  readonly examples: readonly object[];
  /** What the person should know, in sentences. */
  readonly warnings: readonly string[];
}

/** Throws `UserError` for a name that is taken or none, an event that is unknown, and conditions that no valid event meets. */
export function planConsumer(options: ConsumerOptions): ConsumerPlan {
  const { root, name } = options;
  checkName(name, root);
  const schemas = readSchemas(root);
  const hears = [...new Set(options.on.map((word) => findEvent(word, schemas.events)))];
  const emits = [...new Set(options.emits.map((word) => findOwnEvent(word, schemas.events, '--emits')))];
  const [first, second] = hears;
  if (first === undefined) {
    throw new UserError(
      `${name} hears nothing: name its events, as --on ItemReceived.v1. docs/events.md has them all.`,
    );
  }
  if (second !== undefined && hears.some((event) => addressOf(event) === everyOwnEvent)) {
    throw new UserError(
      `--on ${everyOwnEvent} hears every event of ours as one type: name it alone, or each type.`,
    );
  }
  const domain = domainOf(options, hears);
  const bucket = hears.some(({ source }) => source === 'aws.s3') ? bucketOf(domain) : undefined;
  const detail = options.pattern === undefined ? undefined : readPattern(options.pattern, hears);
  const idle = detail === undefined ? [] : checkedPattern(detail, hears, schemas);
  const examples = hears.map((event) => exampleEvent(event, schemas.events, detail));
  return {
    name,
    domain,
    description: descriptionOf(options, hears),
    hears,
    emits,
    ...(detail === undefined ? {} : { detail }),
    ...(bucket === undefined ? {} : { bucket }),
    examples: examples.map(({ event }) => event),
    warnings: [
      ...idle,
      ...examples.flatMap(({ mismatch }, index) =>
        mismatch === undefined
          ? []
          : `no example of ${addressOf(hears[index] ?? first)} matches --pattern: ${mismatch}.`,
      ),
      ...emits
        .filter((event) => hears.includes(event) || addressOf(first) === everyOwnEvent)
        .map((event) => `${name} hears the ${event.detailType} that it says: see that this comes to an end.`),
    ],
  };
}

function checkName(name: string, root: string): void {
  if (!consumerName.test(name) || name.length > NAME_MAX_CHARACTERS) {
    throw new UserError(
      `"${name}" is no name for a consumer: it is a verb and an object in small letters with hyphens, of at most ${NAME_MAX_CHARACTERS} characters, such as count-words.`,
    );
  }
  const suffix = /-(api|data|dlq)$/.exec(name)?.[0];
  if (suffix !== undefined) {
    throw new UserError(
      `"${name}" cannot be: names in ${suffix} are for functions of the API, stacks of data and dead-letter queues. Leave it out.`,
    );
  }
  if (readSubscriptions(root).some((subscription) => subscription.name === name)) {
    throw new UserError(`there is a consumer ${name} already. Choose another name.`);
  }
}

/** As `fanbus-prd-<name>-<n>` it is a rule, whose name has 64 characters at most. */
const NAME_MAX_CHARACTERS = 48;
const consumerName = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/;

function domainOf({ root, domain: given }: ConsumerOptions, hears: readonly EventSchema[]): string {
  const source = hears.find((event) => isOurs(event) && addressOf(event) !== everyOwnEvent)?.source;
  const domain = given ?? source?.replace(/^fanbus\./, '');
  const domains = readdirSync(join(root, 'services')).filter((folder) => folder !== 'runtime');
  if (domain === undefined) {
    throw new UserError(
      `${hears.map(addressOf).join(', ')} belongs to no domain of ours: say --domain. There are ${domains.join(', ')}.`,
    );
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(domain) || domain === 'runtime') {
    throw new UserError(
      `--domain ${domain} is no folder of services: small letters and hyphens, such as ${domains.join(', ')}.`,
    );
  }
  const meant = given === undefined || domains.includes(domain) ? undefined : nearest(domain, domains, 1);
  if (meant !== undefined) {
    throw new UserError(
      `there is no services/${domain}. Did you mean "${meant}"? A new domain has a name that nobody takes for another's.`,
    );
  }
  return domain;
}

/** Whose uploads reach the bus. */
const buckets: Readonly<Record<string, string>> = { tasks: 'uploadsBucket', images: 'imagesBucket' };

function bucketOf(domain: string): string {
  const bucket = buckets[domain];
  if (bucket !== undefined) return bucket;
  throw new UserError(
    `no bucket of the domain ${domain} tells the bus of its objects: say --domain ${Object.keys(buckets).join(' or --domain ')}.`,
  );
}

function readPattern(text: string, hears: readonly EventSchema[]): DetailPattern {
  const pattern = parseJson(text);
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) {
    throw new UserError(
      `--pattern ${text} is no JSON object: give conditions on detail, such as '{"data":{"owner":["ada"]}}'.`,
    );
  }
  if (hears.some(({ source }) => source === 'aws.s3') && Object.hasOwn(pattern, 'bucket')) {
    throw new UserError(`--pattern names the bucket, which the stack does: leave "bucket" out.`);
  }
  return pattern as DetailPattern;
}

function checkedPattern(
  detail: DetailPattern,
  hears: readonly EventSchema[],
  { metadata }: SchemaSet,
): readonly string[] {
  return compileSchemas({ metadata, events: hears }).flatMap((compiled) =>
    checkPattern(detail, compiled, metadata),
  );
}

function descriptionOf({ description }: ConsumerOptions, hears: readonly EventSchema[]): string {
  if (description === undefined)
    return `Hears ${hears.map(addressOf).join(', ')}.`.slice(0, DESCRIPTION_MAX_CHARACTERS);
  if (/\p{Cc}|\*\//u.test(description) || description.length > DESCRIPTION_MAX_CHARACTERS) {
    throw new UserError(
      `--description is one line of at most ${DESCRIPTION_MAX_CHARACTERS} characters without "*/": a function on AWS carries it.`,
    );
  }
  return description;
}

const DESCRIPTION_MAX_CHARACTERS = 256;
