import type { DataOf } from '../../../services/runtime/event.ts';
import { formatBytes } from '../format-bytes.ts';
import { type Html, html } from './html.ts';

type Thumbnail = DataOf<'ImageReviewed.v1'>['thumbnails'][number];

/** Every thumbnail at its true size, a row for each size; the large ones unfold. */
export function renderThumbnails(
  thumbnails: readonly Thumbnail[],
  { made, name }: { readonly made: ReadonlyMap<string, string>; readonly name: string },
): Html {
  const sizes = [...Map.groupBy(thumbnails, ({ size }) => size)].sort(([a], [b]) => a - b);
  const rows = sizes.map(([size, alike]) => ({
    count: alike.length,
    longest: Math.max(...alike.map(({ width, height }) => Math.max(width, height))),
    row: html`<div class="thumbnails" role="group" aria-label="Size ${size}">${alike.map((thumbnail) => renderThumbnail(thumbnail, made.get(thumbnail.key), name))}</div>`,
  }));
  const small = rows.filter(({ longest }) => longest <= SMALL);
  const large = rows.filter(({ longest }) => longest > SMALL);
  return html`<section>
<h3>Thumbnails <small>${thumbnails.length}, each at its true size</small></h3>
${small.map(({ row }) => row)}
${
  large.length === 0
    ? undefined
    : html`<details><summary>${large.reduce((sum, { count }) => sum + count, 0)} larger ones, up to ${Math.max(...large.map(({ longest }) => longest))} pixels</summary>${large.map(({ row }) => row)}</details>`
}
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
