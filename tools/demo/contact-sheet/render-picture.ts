import { formatBytes } from '../format-bytes.ts';
import { resultOf } from '../images/picture-board.ts';
import type { PictureOutcome } from '../images/run-images-demo.ts';
import type { ShownPicture } from './contact-sheet.ts';
import { type Html, html } from './html.ts';
import { renderBadge } from './render-badge.ts';
import { renderOriginal } from './render-original.ts';
import { renderService } from './render-service.ts';
import { renderThumbnails } from './render-thumbnails.ts';
import { renderTimings } from './render-timings.ts';

export interface PictureView extends PictureOutcome {
  /** Counted from 1. */
  readonly number: number;
  readonly shown: ShownPicture;
}

/** All that is known of one picture. */
export function renderPicture(view: PictureView): Html {
  const { number, record, seconds, services, shown } = view;
  const { picture, imageId, profile, review } = record;
  const thumbnails = services.flatMap(
    ({ answer }) => (answer && resultOf(answer, 'ThumbnailsMade.v1')?.thumbnails) ?? [],
  );
  // What the thumbnails show has a place of its own.
  const others = services.filter(
    ({ answer }) => !answer || answer.refusal || answer.event !== 'ThumbnailsMade.v1',
  );
  return html`<article id="picture-${number}" aria-labelledby="name-${number}">
<header>
<h2 id="name-${number}">${picture.name}</h2>
${renderBadge(review?.verdict)}
<p class="facts">${[
    `${formatBytes(picture.bytes)}`,
    `for user ${picture.user}`,
    ...(seconds === undefined ? [] : [`verdict after ${seconds} s`]),
    ...(profile === undefined ? [] : [`on the user's record: ${profile}`]),
  ].join(' · ')}</p>
${review && review.reasons.length > 0 ? html`<ul class="reasons">${review.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
</header>
<div class="halves">
<div>${renderOriginal(view)}</div>
<div class="services">${others.map((service) => renderService(service, shown.made))}</div>
</div>
${thumbnails.length === 0 ? undefined : renderThumbnails(thumbnails, { made: shown.made, name: picture.name })}
${renderTimings(view)}
${imageId && html`<p class="id">image ${imageId}</p>`}
</article>
`;
}
