import type { Clock } from '../../runtime/clock.ts';
import type { InsertOutcome } from '../../runtime/insert-items.ts';
import { done, type Outcome, retry } from '../../runtime/outcome.ts';
import type { Claim, Claims, StandingClaim } from './claims.ts';
import type { EventFiles, FileState } from './event-files.ts';

/** Whose an event is to record. `unknown`: it may be ours. */
export type Owner =
  | { readonly kind: 'ours' }
  | { readonly kind: 'others' | 'unknown'; readonly outcome: Outcome };

export interface ClaimOptions {
  readonly claims: Claims;
  readonly files: EventFiles;
  /** How long a claim without a file is left to whoever made it. */
  readonly claimSeconds: number;
  readonly clock: Clock;
}

/**
 * Claims each event for a file of ours, and tells whose it is. An event that was claimed before is recorded if that file is
 * written. If it is not, its claimer is left some time; then the file is closed, and the claim passes to ours.
 */
export async function claimEvents<Wanted extends Claim>(
  wanted: readonly Wanted[],
  { claims, files, claimSeconds, clock, hasTime }: ClaimOptions & { readonly hasTime: () => boolean },
): Promise<readonly (Wanted & { readonly owner: Owner })[]> {
  const made = await claims.make(wanted, hasTime);
  const taken = wanted.filter((_, n) => made[n]?.kind !== 'written');
  const standing = await claims.read(taken.map(({ eventId }) => eventId));
  const states = new Map<string, Promise<FileState>>();
  return Promise.all(
    wanted.map(async (claim, n) => ({
      ...claim,
      owner: await decide(claim, made[n]).catch((error) => unknown('its claim is not certain', error)),
    })),
  );

  async function decide(claim: Claim, outcome: InsertOutcome | undefined): Promise<Owner> {
    if (outcome?.kind === 'written') return OURS;
    const before = standing.get(claim.eventId);
    if (before === undefined) return unknown('it could not be claimed', outcome);
    // The claim was made, but the answer was lost.
    if (before.file === claim.file) return OURS;
    const state = await stateOf(before);
    if (state === 'written') return others(done());
    if (state === 'absent') {
      const afterSeconds = Math.max(Math.ceil((dueAt(before) - clock.now()) / 1_000), 1);
      return others(retry('another invocation is recording it', { afterSeconds }));
    }
    if (await claims.takeOver(claim, before.file)) return OURS;
    return others(retry('another invocation has taken it over'));
  }

  /** Once for each file: the events of one batch are mostly those of one batch before. */
  function stateOf(claim: StandingClaim): Promise<FileState> {
    const state = states.get(claim.file) ?? look(claim);
    states.set(claim.file, state);
    return state;
  }

  async function look(claim: StandingClaim): Promise<FileState> {
    const state = await files.state(claim.file);
    return state === 'absent' && clock.now() >= dueAt(claim) ? files.close(claim.file) : state;
  }

  function dueAt({ claimedAt }: StandingClaim): number {
    return claimedAt + claimSeconds * 1_000;
  }
}

const OURS: Owner = { kind: 'ours' };

function others(outcome: Outcome): Owner {
  return { kind: 'others', outcome };
}

function unknown(reason: string, error: unknown): Owner {
  return { kind: 'unknown', outcome: retry(reason, { error }) };
}
