import type { DataOf } from '../../../services/runtime/event.ts';
import { type Html, html } from './html.ts';

type Verdict = DataOf<'ImageReviewed.v1'>['verdict'];

/** A verdict as a badge: a sign and a word, so that nobody depends on its colour. */
export function renderBadge(verdict: Verdict | undefined): Html {
  const { sign, words } = badges[verdict ?? 'none'];
  return html`<strong class="badge ${verdict ?? 'none'}"><span aria-hidden="true">${sign}</span> ${words}</strong>`;
}

const badges = {
  approved: { sign: '✔', words: 'approved' },
  rejected: { sign: '✘', words: 'rejected' },
  'needs-review': { sign: '?', words: 'needs review' },
  none: { sign: '–', words: 'no verdict' },
} as const satisfies Record<Verdict | 'none', object>;
