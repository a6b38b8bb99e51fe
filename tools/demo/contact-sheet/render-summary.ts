import { countOf } from '../../count-of.ts';
import type { PictureOutcome } from '../images/run-images-demo.ts';
import type { ContactSheet } from './contact-sheet.ts';
import { type Html, html } from './html.ts';
import { renderBadge } from './render-badge.ts';

/** The head of the page: totals, and a line for each picture with a link to its own part. */
export function renderSummary({ outcome, madeAt, shown }: ContactSheet): Html {
  const { pictures, seconds, steppedSeconds, costUsd } = outcome;
  const services = pictures[0]?.services.map(({ service }) => service.consumer) ?? [];
  const totals = (['approved', 'rejected', 'needs-review'] as const).map((verdict) => ({
    verdict,
    count: pictures.filter(({ record }) => record.review?.verdict === verdict).length,
  }));
  return html`<header class="page">
<h1>Contact sheet</h1>
<p class="lead">${countOf(pictures.length, 'picture')}, ${countOf(services.length, 'service')} for each, every one on its own:
${services.join(', ')}. <time datetime="${madeAt.toISOString()}">${madeAt.toISOString().slice(0, 16).replace('T', ' ')} UTC</time></p>
<dl class="totals">
${totals.map(({ verdict, count }) => html`<div><dt>${renderBadge(verdict)}</dt><dd>${count}</dd></div>`)}
<div><dt>time</dt><dd>${seconds} s</dd></div>
<div><dt>pictures a second</dt><dd>${seconds > 0 ? (pictures.length / seconds).toFixed(1) : '–'}</dd></div>
<div><dt>on AWS, about</dt><dd>$${costUsd.toFixed(4)}</dd></div>
</dl>
${
  steppedSeconds === 0
    ? undefined
    : html`<p class="note">Some answers did not come. The verdict waits for them; the engine's clock was stepped by
${steppedSeconds} s to its deadline.</p>`
}
<ol class="index">
${pictures.map((picture, n) => renderRow(picture, n + 1, smallestOf(picture, shown[n]?.made)))}
</ol>
</header>`;
}

function renderRow({ record, seconds }: PictureOutcome, number: number, small: string | undefined): Html {
  const { picture, review } = record;
  return html`<li>
<a href="#picture-${number}">${small && html`<img src="${small}" alt="" width="40" height="40">`}<span>${picture.name}</span></a>
${renderBadge(review?.verdict)}
<span class="why">${review?.reasons.join(' · ')}</span>
<span class="number">${seconds === undefined ? '' : `${seconds} s`}</span>
</li>
`;
}

function smallestOf(
  { record }: PictureOutcome,
  made: ReadonlyMap<string, string> | undefined,
): string | undefined {
  const squares = record.review?.thumbnails.filter(({ variant }) => variant === 'square') ?? [];
  const [smallest] = squares.toSorted((a, b) => a.size - b.size || a.bytes - b.bytes);
  return smallest && made?.get(smallest.key);
}
