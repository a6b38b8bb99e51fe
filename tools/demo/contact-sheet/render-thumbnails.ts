import type { DataOf } from '../../../services/runtime/event.ts';
import { formatBytes } from '../format-bytes.ts';
import { type Html, html } from './html.ts';

type Thumbnail = DataOf<'ImageReviewed.v1'>['thumbnails'][number];

/** Every thumbnail at its true size, the small ones first; the large ones unfold. */
export function renderThumbnails(
  thumbnails: readonly Thumbnail[],
  { made, name }: { readonly made: ReadonlyMap<string, string>; readonly name: string },
): Html {
  const sorted = thumbnails.toSorted(
    (a, b) =>
      longest(a) - longest(b) || b.variant.localeCompare(a.variant) || b.format.localeCompare(a.format),
  );
  const small = sorted.filter((thumbnail) => longest(thumbnail) <= SMALL);
  const large = sorted.filter((thumbnail) => longest(thumbnail) > SMALL);
  const show = (some: readonly Thumbnail[]) =>
    html`<div class="thumbnails">${some.map((thumbnail) => renderThumbnail(thumbnail, made.get(thumbnail.key), name))}</div>`;
  return html`<section>
<h3>${thumbnails.length} thumbnails</h3>
${small.length === 0 ? undefined : show(small)}
${large.length === 0 ? undefined : html`<details><summary>${large.length} larger ones, up to ${Math.max(...large.map(longest))} pixels</summary>${show(large)}</details>`}
</section>`;
}

function renderThumbnail(
  { variant, width, height, format, bytes }: Thumbnail,
  src: string | undefined,
  name: string,
): Html {
  return html`<figure>
${src === undefined ? undefined : html`<img src="${src}" alt="${variant === 'square' ? 'Square' : 'Whole'} thumbnail of ${name}, ${width} × ${height}" width="${width}" height="${height}">`}
<figcaption>${width} × ${height} ${variant}<br>${format}, ${formatBytes(bytes)}</figcaption>
</figure>
`;
}

/** Beside others on a page. */
const SMALL = 320;

function longest({ width, height }: Thumbnail): number {
  return Math.max(width, height);
}
