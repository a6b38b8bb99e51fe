import { columns } from '../columns.ts';
import { renderDuration } from '../render-duration.ts';
import type { PlannedConsumer, ReplayPlan } from './replay-plan.ts';

/** The plan for people, line by line. */
export function renderPlan(plan: ReplayPlan): readonly string[] {
  const { archive, basis, consumers, events, isAtLeast, misfits, pattern, seconds, types, usd, warnings } =
    plan;
  const keeps = archive.retentionDays === 0 ? 'everything' : `${archive.retentionDays} days`;
  const count = basis === 'archive' ? `about ${events}` : counted(events, isAtLeast);
  const paced = plan.rate === undefined ? '' : ` in ${renderDuration(seconds ?? 0)} at ${plan.rate} a second`;
  const hearing = consumers.filter((one) => one.events !== 0 || one.isAtLeast);
  return [
    `Archive    ${archive.name}: ${archive.events} events, keeps ${keeps}`,
    `Window     ${plan.since} to ${plan.until}`,
    `Selection  ${pattern ?? 'every event'}`,
    `Replays    ${count} events${paced}`,
    `On AWS     about $${usd.toPrecision(2)} into the queues; what the consumers then do is not in it`,
    ...(types.length === 0
      ? []
      : [
          '',
          ...columns([
            ['TYPE', 'EVENTS'],
            ...types.map((one) => [one.type, counted(one.events, one.isAtLeast)]),
          ]),
        ]),
    '',
    ...columns([
      ['CONSUMER', 'GETS', 'FROM BEFORE IT', 'HAS ANSWERED'],
      ...hearing.map((one) => [one.name, gets(one), String(one.before ?? '?'), answered(one)]),
    ]),
    ...(hearing.length === consumers.length
      ? []
      : [`  ${consumers.length - hearing.length} others get none of them.`]),
    ...(warnings.length === 0 ? [] : ['', ...warnings]),
    ...renderMisfits(misfits),
  ];
}

/** What is not handed on, at most twenty of them. */
export function renderMisfits(misfits: ReplayPlan['misfits']): readonly string[] {
  if (misfits.length === 0) return [];
  return [
    '',
    'Not handed on, since today’s schemas refuse them; they stay in the archive:',
    ...columns(misfits.slice(0, MOST).map(({ eventId, problem, type }) => [eventId, type, problem])),
    ...(misfits.length > MOST ? [`  … and ${misfits.length - MOST} more (--json has all)`] : []),
  ];
}

const MOST = 20;

function counted(events: number, isAtLeast: boolean): string {
  return isAtLeast ? `≥ ${events}` : String(events);
}

function gets({ events, isAtLeast }: PlannedConsumer): string {
  return events === undefined ? 'not known' : counted(events, isAtLeast);
}

function answered({ applied, events, isAtLeast }: PlannedConsumer): string {
  if (applied === undefined) return 'not known: nothing it said is on record';
  return applied === events && !isAtLeast ? `all ${applied}` : `≥ ${applied}`;
}
