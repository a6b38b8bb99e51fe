import type { DataOf } from '../../runtime/event.ts';
import type { Content } from '../item.ts';

export type Labels = Pick<DataOf<'ItemLabelled.v1'>, 'kind' | 'size' | 'keywords'>;

/** The labels of what an item says: the same for the same content. */
export function labelsOf(content: Content = {}): Labels {
  const leaves = leavesOf(content);
  return { kind: kindOf(leaves), size: sizeOf(content), keywords: keywordsOf(leaves) };
}

/** All texts, numbers and truths, however deep. */
function leavesOf(content: Content): unknown[] {
  const leaves: unknown[] = [];
  const open: unknown[] = [content];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object') leaves.push(value);
    else if (value !== null) for (const each of Object.values(value)) open.push(each);
  }
  return leaves;
}

function kindOf(leaves: readonly unknown[]): Labels['kind'] {
  if (leaves.length === 0) return 'empty';
  const texts = leaves.filter((leaf) => typeof leaf === 'string').length;
  if (texts === leaves.length) return 'text';
  return texts === 0 ? 'figures' : 'mixed';
}

function sizeOf(content: Content): Labels['size'] {
  const bytes = Buffer.byteLength(JSON.stringify(content));
  if (bytes < 1_024) return 'small';
  return bytes < 65_536 ? 'medium' : 'large';
}

function keywordsOf(leaves: readonly unknown[]): string[] {
  const counts = new Map<string, number>();
  for (const text of leaves.filter((leaf) => typeof leaf === 'string')) {
    for (const [word] of text
      .normalize('NFC')
      .toLowerCase()
      .matchAll(/\p{L}+/gu)) {
      if (word.length < WORD_LEAST || word.length > WORD_MOST) continue;
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const byCount = ([a, m]: [string, number], [b, n]: [string, number]) => n - m || (a < b ? -1 : 1);
  return [...counts]
    .sort(byCount)
    .slice(0, KEYWORDS_MOST)
    .map(([word]) => word);
}

const WORD_LEAST = 4;
const WORD_MOST = 40;
const KEYWORDS_MOST = 10;
