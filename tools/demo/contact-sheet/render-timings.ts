import type { ServiceOutcome } from '../images/run-images-demo.ts';
import { type Html, html } from './html.ts';
import type { PictureView } from './render-picture.ts';

/** The services side by side in time: how long the picture waited in each one's queue, and how long each was at work on it. */
export function renderTimings({ record, services }: PictureView): Html | undefined {
  const spans = services.flatMap((service) => spanOf(service) ?? []);
  if (spans.length === 0) return undefined;
  const { reviewedAt } = record;
  const begin = Math.min(...spans.map(({ queuedAt }) => queuedAt));
  const end = Math.max(...spans.map(({ answeredAt }) => answeredAt), reviewedAt ?? 0);
  const percent = (ms: number) => Math.round((ms / Math.max(end - begin, 1)) * 10_000) / 100;
  return html`<section>
<h3>Side by side <small>pale: in the queue, blue: at work</small></h3>
<ol class="timings">
<li class="axis" aria-hidden="true"><span></span><span><span>0</span><span>${end - begin} ms</span></span></li>
${spans.map(
  ({ consumer, queuedAt, startedAt, answeredAt }) => html`<li>
<span>${consumer}</span>
<span class="track"><span class="waited" style="left:${percent(queuedAt - begin)}%;width:${percent(startedAt - queuedAt)}%"></span><span class="worked" style="left:${percent(startedAt - begin)}%;width:${percent(answeredAt - startedAt)}%"></span></span>
<span class="number">waited ${startedAt - queuedAt} ms</span>
<span class="number">worked ${answeredAt - startedAt} ms</span>
</li>
`,
)}
${
  reviewedAt === undefined
    ? undefined
    : html`<li>
<span>verdict</span>
<span class="track"><span class="moment" style="left:${percent(reviewedAt - begin)}%"></span></span>
<span class="number">after ${reviewedAt - begin} ms</span>
</li>
`
}
</ol>
</section>`;
}

interface Span {
  readonly consumer: string;
  readonly queuedAt: number;
  readonly startedAt: number;
  readonly answeredAt: number;
}

function spanOf({ service, queuedAt, answer }: ServiceOutcome): Span | undefined {
  if (!answer) return undefined;
  const { startedAt, answeredAt } = answer;
  // Two clocks of one machine, each rounded: a millisecond may be missing between them.
  return {
    consumer: service.consumer,
    queuedAt: Math.min(queuedAt ?? startedAt, startedAt),
    startedAt,
    answeredAt,
  };
}
