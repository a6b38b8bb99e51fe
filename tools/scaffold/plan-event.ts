import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INGRESS } from '../codegen/http/ingress.ts';
import { readSchemas } from '../codegen/read-schemas.ts';
import { type EventSchema, isOurs, type JsonObject } from '../codegen/schema-set.ts';
import type { GeneratedFile } from '../codegen/write-files.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { UserError } from '../user-error.ts';
import { addressOf, findOwnEvent } from './find-event.ts';

export interface EventOptions {
  /** The repository. */
  readonly root: string;
  /** `<source>/<Type>.v<number>`. */
  readonly address: string;
  /** An event that has the fields to begin with. @default the version before, or one field to fill in */
  readonly like?: string;
  /** What has happened, in a sentence. @default that of the event it begins with */
  readonly description?: string;
}

/** The schema of an event to be made. Throws `UserError` for an address that is taken or none. */
export function planEvent({ root, address, like, description }: EventOptions): GeneratedFile {
  const { events } = readSchemas(root);
  const { source, type, version } = readAddress(address, events);
  refuseTaken(`${source}/${type}.v${version}`, events);
  const before = version === 1 ? undefined : requireEarlier(`${source}/${type}.v${version - 1}`, events);
  const model = like === undefined ? before : findOwnEvent(like, events, '--like');
  const schema: JsonObject = model?.schema ?? JSON.parse(readFileSync(template, 'utf8'));
  // Whether it may come from outside is decided anew for each.
  const { [INGRESS]: _, ...kept } = schema;
  return {
    path: `schemas/${source}/${type}.v${version}.json`,
    content: JSON.stringify(
      {
        ...kept,
        ...(model !== undefined && model === before ? {} : { title: titleOf(type) }),
        ...(description === undefined ? {} : { description }),
      },
      null,
      2,
    ),
  };
}

const template = join(import.meta.dirname, 'template/schemas/fanbus.example/ExampleHappened.v1.json');

interface Address {
  readonly source: string;
  readonly type: string;
  readonly version: number;
}

function readAddress(address: string, events: readonly EventSchema[]): Address {
  const [source = '', name, ...rest] = address.split('/');
  const sources = [...new Set(events.filter(isOurs).map((event) => event.source))];
  if (name === undefined || rest.length > 0) {
    throw new UserError(
      `"${address}" is no address of an event: it is <source>/<Type>.v<number>, such as fanbus.items/ItemCounted.v1. Sources are ${sources.join(', ')}.`,
    );
  }
  if (source.startsWith('aws.')) {
    throw new UserError(
      `${source} is AWS's to speak for. To hear an event of AWS, add its schema as schemas/${address}.json by hand, as it stands in AWS's documentation.`,
    );
  }
  if (!/^fanbus(\.[a-z][a-z0-9]*(-[a-z0-9]+)*)+$/.test(source)) {
    throw new UserError(
      `"${source}" is no source of ours: it is fanbus.<domain> in small letters.${didYouMean(source, sources)} There are ${sources.join(', ')}.`,
    );
  }
  const meant = sources.includes(source) ? undefined : nearest(source, sources, 1);
  if (meant !== undefined) {
    throw new UserError(
      `there is no source ${source}. Did you mean "${meant}"? A new source has a name that nobody takes for another's.`,
    );
  }
  const [, type, version] = /^([A-Z][A-Za-z0-9]*)\.v([1-9][0-9]*)$/.exec(name) ?? [];
  if (type === undefined) {
    throw new UserError(
      `"${name}" is no name for an event: what has happened, in PascalCase, and the version of its contract, such as ItemCounted.v1.`,
    );
  }
  return { source, type, version: Number(version) };
}

function refuseTaken(address: string, events: readonly EventSchema[]): void {
  const [, detailType] = address.split('/');
  const taken = events.find((event) => event.detailType === detailType);
  if (taken === undefined) return;
  if (addressOf(taken) !== address) {
    throw new UserError(
      `${detailType} belongs to ${taken.source} already: a type has one source. Choose another name.`,
    );
  }
  throw new UserError(
    `there is ${taken.file} already. A change that breaks nobody goes into it; for one that does, make the next version.`,
  );
}

function requireEarlier(address: string, events: readonly EventSchema[]): EventSchema {
  const found = events.find((event) => addressOf(event) === address);
  if (found !== undefined) return found;
  throw new UserError(
    `there is no ${address} that this could follow. Versions are counted from v1, one by one.`,
  );
}

/** `ItemCounted` → `Item counted`. */
function titleOf(type: string): string {
  const words = type.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[0-9]+/g) ?? [type];
  return words
    .map((word, index) => (index === 0 || /^[A-Z]{2}/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}
