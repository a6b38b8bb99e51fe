import type { DataOf } from '../../../services/runtime/event.ts';
import { nameFaces } from '../images/describe-answer.ts';
import { resultOf } from '../images/picture-board.ts';
import type { InlinePicture } from './contact-sheet.ts';
import { type Html, html } from './html.ts';
import type { PictureView } from './render-picture.ts';

/** The upright original under the faces that were found in it, or a drawing in its place that says why there is none. */
export function renderOriginal({ number, record, services, shown: { original } }: PictureView): Html {
  const { name } = record.picture;
  if ('reason' in original) return renderPlaceholder(name, original.reason);
  const [found] = services.flatMap(({ answer }) => (answer && resultOf(answer, 'FacesDetected.v1')) ?? []);
  return html`<figure>
<div class="frame">
<img src="${original.src}" alt="${name}, as it was uploaded, upright" width="${original.width}" height="${original.height}">
${found && found.faces.length > 0 ? renderFaces(found, original) : undefined}
</div>
<figcaption>${found ? describeFaces(found, number) : undefined}</figcaption>
</figure>`;
}

type Found = NonNullable<DataOf<'FacesDetected.v1'>['result']>;

/** The boxes are in pixels of the upright original, which is the drawing's own measure: it scales with the picture. */
function renderFaces({ width, height, faces }: Found, { width: shownWidth }: InlinePicture): Html {
  const unit = width / shownWidth;
  return html`<svg class="faces" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${faces.length} marked">
${faces.map(({ box: { left, top, width: boxWidth, height: boxHeight }, landmarks }, n) => {
  const place = html`x="${round(left)}" y="${round(top)}" width="${round(boxWidth)}" height="${round(boxHeight)}" rx="${round(4 * unit)}"`;
  return html`<g>
<rect class="under" ${place}/><rect class="box" ${place}/>
${landmarks.map(({ name, x, y }) => html`<circle cx="${round(x)}" cy="${round(y)}" r="${round(Math.max(3 * unit, boxWidth / 40))}"><title>${name}</title></circle>`)}
<text x="${round(left + 6 * unit)}" y="${round(top + 20 * unit)}" font-size="${round(16 * unit)}">${n + 1}</text>
</g>
`;
})}
</svg>`;
}

function describeFaces({ count, faces, model }: Found, number: number): Html {
  if (count === 0) return html`No face was found (${model}).`;
  return html`<span id="faces-${number}">${nameFaces(count)} (${model})</span>
<ol aria-labelledby="faces-${number}">${faces.map(
    ({ confidence, box }) =>
      html`<li>${Math.round(confidence * 100)} % sure, ${Math.round(box.width)} × ${Math.round(box.height)} pixels at ${Math.round(box.left)}, ${Math.round(box.top)}</li>`,
  )}</ol>`;
}

function renderPlaceholder(name: string, reason: string): Html {
  return html`<figure class="placeholder">
<svg viewBox="0 0 160 100" role="img" aria-label="${name} is not shown">
<rect x="2" y="2" width="156" height="96" rx="6"/><path d="m14 84 40-38 24 22 16-14 52 30M12 90 148 10"/><circle cx="62" cy="28" r="9"/>
</svg>
<figcaption>Not shown: ${reason}</figcaption>
</figure>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
