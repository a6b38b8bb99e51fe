import { printable } from '../printable.ts';
import type { Attempt, ConsumerTrace, RuleTrace, Trace, TracedEvent } from './trace.ts';

/** A trace for people: the event, each consumer in a line, its part in a job, and what it caused as a tree. Ends with a line break. */
export function renderTrace({ event, notes }: Trace): string {
  const sections = [
    renderHead(event),
    renderConsumers(event.consumers),
    renderFanIn(event),
    renderCaused(event),
    notes,
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join('\n'))
    .join('\n\n')}\n`;
}

function renderHead({ bytes, publications = [], schema, ...event }: TracedEvent): readonly string[] {
  const { causationId, correlationId, eventId, occurredAt, producer, source, type } = event;
  const verdict = schema.result === 'valid' ? 'valid by its schema' : `${schema.result}: ${schema.problem}`;
  return [
    `${source}/${type}  ${eventId}`,
    `  said      ${occurredAt}${producer === undefined ? '' : ` by ${producer}`}; ${bytes.toLocaleString('en')} bytes, ${verdict}`,
    ...publications.map(({ at, bus, by, forwardedFrom, replayName }) => {
      const replay = replayName === undefined ? '' : `, by the replay ${replayName}`;
      const forwarded = forwardedFrom === undefined ? '' : `, forwarded from another bus as ${forwardedFrom}`;
      return `  accepted  ${at} on ${bus} from ${by}${replay}${forwarded}`;
    }),
    ...(causationId === undefined ? [] : [`  cause     ${causationId}`]),
    ...(correlationId === undefined ? [] : [`  chain     ${correlationId}`]),
  ];
}

function renderConsumers(consumers: readonly ConsumerTrace[]): readonly string[] {
  const concerned = consumers.filter(({ state }) => state !== 'unmatched');
  const others = consumers.filter(({ state }) => state === 'unmatched');
  const width = Math.max(...concerned.map(({ consumer }) => consumer.length), 0);
  const byClause = Map.groupBy(others, clauseOf);
  return [
    ...(concerned.length === 0 && others.length > 0
      ? ['  Nobody hears it: no rule of the bus wants it.']
      : []),
    ...concerned.flatMap((consumer) => renderConsumer(consumer, width)),
    ...[...byClause].map(
      ([clause, same]) => `  · not for ${same.map(({ consumer }) => consumer).join(', ')}: ${clause}`,
    ),
  ];
}

function renderConsumer(
  { attempts, consumer, deadLetter, queue, rules, state }: ConsumerTrace,
  width: number,
): readonly string[] {
  const [only, ...more] = attempts;
  const isPlain = only !== undefined && more.length === 0 && only.outcome === 'done';
  const said = isPlain
    ? lengthOf(only)
    : state === 'waiting'
      ? `in ${queue}`
      : state === 'unknown'
        ? doubtOf(rules)
        : '';
  const head = `  ${SIGNS[state]} ${consumer.padEnd(width)}  ${state}${said === '' ? '' : `  ${said}`}`;
  const times = isPlain ? [] : attempts.map((attempt) => `      ${renderAttempt(attempt)}`);
  const dead =
    deadLetter === undefined
      ? []
      : [
          `      in ${deadLetter.queue} (${deadLetter.door}): ${withError(deadLetter.reason, deadLetter.error)}`,
        ];
  return [head, ...times, ...dead];
}

/** Why nothing is known of an event that a rule wants. */
function doubtOf(rules: readonly RuleTrace[]): string {
  if (rules.some(({ isChanged }) => isChanged)) return 'its rule wants it now, and did not when it was said';
  return 'its rule wants it; nothing is logged of it';
}

const SIGNS: Readonly<Record<ConsumerTrace['state'], string>> = {
  done: '✔',
  unmatched: '·',
  waiting: '…',
  working: '…',
  retrying: '↻',
  parked: '✘',
  failed: '✘',
  undeliverable: '✘',
  unknown: '?',
};

function renderAttempt(attempt: Attempt): string {
  const { at, outcome, reason } = attempt;
  return [at, outcome.padEnd(7), lengthOf(attempt), reason ?? ''].filter((text) => text !== '').join('  ');
}

function lengthOf({ ms, requestId }: Attempt): string {
  return [ms === undefined ? '' : `${ms} ms`.padStart(8), requestId ?? '']
    .filter((text) => text !== '')
    .join('  ');
}

function withError(reason: string, error: string | undefined): string {
  return error === undefined || reason.includes(error) ? reason : `${reason}: ${error}`;
}

function clauseOf({ rules }: ConsumerTrace): string {
  const [first, ...others] = rules;
  const clause = first?.isEnabled === false ? `its rule ${first.name} is disabled` : (first?.clause ?? '');
  if (rules.some(({ isChanged }) => isChanged))
    return `${clause} (so now; it was otherwise when it was said)`;
  return others.length === 0
    ? clause
    : `${clause} (and ${others.length} more ${others.length === 1 ? 'rule' : 'rules'})`;
}

function renderFanIn({ fanIn }: TracedEvent): readonly string[] {
  if (fanIn === undefined) return [];
  const { jobId, of, piece, progress, state } = fanIn;
  const { announcedAt, complete, doneParts, expectedParts, failed, openChildren } = progress;
  const own =
    piece === undefined
      ? `the end of ${of} ${jobId}`
      : `part ${piece} of ${of} ${jobId}: ${STATES[state ?? 'new']}`;
  const whole = [
    `${doneParts} of ${expectedParts ?? 'not yet known how many'} parts are in`,
    ...(openChildren > 0 ? [`${openChildren} pieces open`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    complete ? 'complete' : 'not complete',
    ...(announcedAt === undefined ? [] : [`announced ${announcedAt}`]),
  ];
  return [`  ⧉ ${own}`, `      ${whole.join(', ')}`];
}

const STATES = { new: 'not on record', recorded: 'on record', failed: 'given up' } as const;

function renderCaused({ caused, occurredAt }: TracedEvent): readonly string[] {
  return caused.length === 0
    ? []
    : ['  It caused', ...renderBranches(caused, { indent: '  ', since: occurredAt })];
}

/** Siblings that went the same way are one line and a number. */
function renderBranches(
  events: readonly TracedEvent[],
  { indent, since }: { readonly indent: string; readonly since: string },
): readonly string[] {
  const lines = [...Map.groupBy(events, shapeOf).values()].flatMap((alike): readonly Line[] => {
    const shown = alike.length > ALIKE ? alike.slice(0, 1) : alike;
    const more = alike.length - shown.length;
    return [...shown.map((event) => ({ event })), ...(more > 0 ? [{ more }] : [])];
  });
  return lines.flatMap((line, n) => {
    const [fork, below] = n === lines.length - 1 ? ['└─', '  '] : ['├─', '│ '];
    if ('more' in line) return [`${indent}${fork} … and ${line.more} more like it`];
    const { event } = line;
    return [
      `${indent}${fork} ${event.type}  ${event.eventId}  ${laterBy(event.occurredAt, since)}  ${summaryOf(event)}`.trimEnd(),
      ...renderBranches(event.caused, { indent: `${indent}${below} `, since }),
    ];
  });
}

type Line = { readonly event: TracedEvent } | { readonly more: number };

/** Up to so many are shown each. */
const ALIKE = 2;

function shapeOf({ caused, consumers, type }: TracedEvent): string {
  const states = consumers.map(({ consumer, state }) => `${consumer} ${state}`);
  return JSON.stringify([type, states, caused.map(shapeOf).sort()]);
}

function summaryOf({ consumers }: TracedEvent): string {
  const concerned = consumers.filter(({ state }) => state !== 'unmatched');
  if (concerned.length === 0) return 'nobody hears it';
  return concerned
    .map(({ consumer, state }) => `${SIGNS[state]} ${consumer}${state === 'done' ? '' : ` ${state}`}`)
    .join('  ');
}

function laterBy(at: string, since: string): string {
  const ms = Date.parse(at) - Date.parse(since);
  return ms < 0 ? '' : ms < 1_000 ? `+${ms} ms` : `+${(ms / 1_000).toFixed(1)} s`;
}
