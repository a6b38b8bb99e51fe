import type { Clamd } from './clamd.ts';
import { findBombs } from './find-bombs.ts';
import type { Engine, Findings, Threat } from './threat.ts';
import { unfold } from './unfold.ts';
import type { Yara } from './yara.ts';

export interface Engines {
  readonly yara: Yara;
  /** @default not asked */
  readonly clamd?: Clamd;
}

/** Lets every engine look at a file, picture or not. Throws when one of them cannot: a file is never clean by default. */
export async function findThreats(bytes: Buffer, { yara, clamd }: Engines): Promise<Findings> {
  const engines: Engine[] = ['yara-x', 'declared-size', ...(clamd ? (['clamav'] as const) : [])];
  const { inside, ...unfolded } = unfold(bytes);
  const found = [
    ...yara.scan(bytes, unfolded.isPicture ? 'picture' : 'other'),
    ...(inside.length > 0 ? yara.scan(inside, unfolded.isPicture ? 'inside' : 'other') : []),
    ...findBombs(unfolded, { bytes: bytes.length }),
    ...(clamd ? await clamd.scan(bytes) : []),
  ];
  const byRule = new Map(found.map((threat) => [`${threat.engine} ${threat.rule}`, threat]));
  return { engines, threats: fitting([...byRule.values()]) };
}

/** At most twenty, and as many as fit the metadata of the object in quarantine. */
function fitting(threats: readonly Threat[]): Threat[] {
  const fit: Threat[] = [];
  for (const { engine, rule, description } of threats.slice(0, 20)) {
    const threat = { engine, rule: rule.slice(0, 100), description: description.slice(0, 200) };
    // Never none: that would be clean.
    if (fit.length > 0 && Buffer.byteLength(JSON.stringify([...fit, threat])) > MAX_BYTES) break;
    fit.push(threat);
  }
  return fit;
}

/** S3 takes 2 KB of metadata, and base64 makes four characters of three bytes. */
const MAX_BYTES = 1_300;
