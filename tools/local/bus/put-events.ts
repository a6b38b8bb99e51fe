import { randomUUID } from 'node:crypto';
import type { Caller, JsonObject } from '../local-service.ts';
import { parseEvent } from '../rule/parse-event.ts';
import type { BusEvent } from './bus-event.ts';
import { compactJson, envelopeTime } from './bus-event.ts';
import type { EventsContext } from './events-context.ts';
import {
  constraint,
  invalid,
  isObject,
  listOfObjects,
  listOfTexts,
  optionalText,
  readTime,
} from './request.ts';

/** PutEvents: each entry is accepted or refused on its own; an entry for an unknown bus is accepted and dropped, as on AWS. */
export function putEvents(context: EventsContext, input: JsonObject, caller: Caller): JsonObject {
  const entries = listOfObjects(input, 'Entries');
  if (entries.length === 0) throw constraint('entries', '[]', 'have length greater than or equal to 1');
  if (entries.length > maxEntries) {
    throw constraint(
      'entries',
      `[${entries.map(spellEntry).join(', ')}]`,
      `have length less than or equal to ${maxEntries}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > maxRequestBytes) {
    throw invalid('Total size of the entries in the request is over the limit.');
  }
  const results = entries.map((entry) => putEntry(context, entry, caller));
  return {
    FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
    Entries: results,
  };
}

const maxEntries = 10;
const maxRequestBytes = 1_048_576;

function putEntry(context: EventsContext, entry: JsonObject, caller: Caller): JsonObject {
  const { engine } = context;
  const source = optionalText(entry, 'Source');
  const detailType = optionalText(entry, 'DetailType');
  const detailText = optionalText(entry, 'Detail');
  if (!source) return required('Source');
  if (!detailType) return required('DetailType');
  if (!detailText) return required('Detail');
  if (source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = parseDetail(detailText);
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');

  const busName = optionalText(entry, 'EventBusName') ?? 'default';
  if (
    engine.faults.isArmed('bus') &&
    engine.faults.draw('bus', 'throttle', `${busName} ${JSON.stringify(entry)}`)
  ) {
    return engine.faults.random() < 0.5
      ? refused('ThrottlingException', 'Rate exceeded')
      : refused('InternalFailure', 'Unexpected error');
  }

  const event: BusEvent = {
    id: randomUUID(),
    detailType,
    source,
    account: engine.accountId,
    time: envelopeTime(hasTime(entry) ? readTime(entry, 'Time') : engine.clock.now()),
    region: engine.region,
    resources: listOfTexts(entry, 'Resources'),
    detailText: compactJson(detailText),
    detail,
    acceptedAt: engine.clock.now(),
    traceHeader: optionalText(entry, 'TraceHeader'),
    bytes: entryBytes(entry),
  };
  const bus = context.findBus(busName);
  if (bus !== undefined) context.publish(bus, event, { caller: caller.name });
  return { EventId: event.id };
}

function required(member: string): JsonObject {
  return refused(
    'InvalidArgument',
    `Parameter ${member} is not valid. Reason: ${member} is a required argument.`,
  );
}

function refused(code: string, message: string): JsonObject {
  return { ErrorCode: code, ErrorMessage: message };
}

function parseDetail(text: string): unknown {
  try {
    const detail = parseEvent(text);
    return isObject(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** An entry's size as AWS counts and bills it: UTF-8 bytes, and 14 for a time that is given. */
function entryBytes(entry: JsonObject): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...listOfTexts(entry, 'Resources')];
  const bytes = texts.reduce<number>(
    (sum, text) => sum + Buffer.byteLength(typeof text === 'string' ? text : ''),
    0,
  );
  return bytes + (hasTime(entry) ? 14 : 0);
}

function hasTime({ Time: time }: JsonObject): boolean {
  return time !== undefined && time !== null;
}

function spellEntry(entry: JsonObject): string {
  const shown = ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName', 'TraceHeader'].map(
    (member) => `${member.charAt(0).toLowerCase()}${member.slice(1)}=${spell(entry[member])}`,
  );
  return `PutEventsRequestEntry(${shown.join(', ')}, kmsKeyIdentifier=null, internalMetadata=null)`;
}

function spell(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
