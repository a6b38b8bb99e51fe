import type { DataOf } from '../../../services/runtime/event.ts';
import { nameFaces } from '../images/describe-answer.ts';
import { resultOf, type ServiceAnswer } from '../images/picture-board.ts';
import type { ServiceOutcome } from '../images/run-images-demo.ts';
import { type Html, html } from './html.ts';
import { renderFields } from './render-fields.ts';

/** What one service says of a picture. A service that came later than this page is shown by its fields, and by the picture it made. */
export function renderService({ service, answer }: ServiceOutcome, made: ReadonlyMap<string, string>): Html {
  return html`<section class="service">
<h3>${service.consumer}${answer && html` <small>${answer.tookMs} ms</small>`}</h3>
${answer ? renderAnswer(answer, made) : html`<p class="bad">No answer came.</p>`}
</section>
`;
}

function renderAnswer(answer: ServiceAnswer, made: ReadonlyMap<string, string>): Html {
  if (answer.refusal) {
    return html`<p><strong class="bad">refused: ${answer.refusal.code}</strong><br>${answer.refusal.reason}</p>`;
  }
  const scanned = resultOf(answer, 'ImageScanned.v1');
  if (scanned) return renderScan(scanned);
  const moderated = resultOf(answer, 'ImageModerated.v1');
  if (moderated) return renderModeration(moderated);
  const detected = resultOf(answer, 'FacesDetected.v1');
  if (detected) return html`<p>${nameFaces(detected.count)}</p>`;
  const result = answer.result ?? {};
  const src = 'key' in result ? made.get(String(result.key)) : undefined;
  return html`${src && html`<img class="made" src="${src}" alt="What ${answer.event} tells of">`}${renderFields(result)}`;
}

function renderScan({
  clean,
  engines,
  threats,
  quarantineKey,
}: NonNullable<DataOf<'ImageScanned.v1'>['result']>): Html {
  const by = html`<small>by ${engines.join(', ')}</small>`;
  if (clean) return html`<p><strong class="good">clean</strong> ${by}</p>`;
  return html`<p><strong class="bad">not clean</strong> ${by}</p>
<ul>${threats.map(({ engine, rule, description }) => html`<li><strong>${rule}</strong>: ${description} <small>(${engine})</small></li>`)}</ul>
${quarantineKey && html`<p>Moved to <code>${quarantineKey}</code></p>`}`;
}

function renderModeration({
  decision,
  labels,
  reasons,
  model,
}: NonNullable<DataOf<'ImageModerated.v1'>['result']>): Html {
  return html`<p><strong class="${decisionClasses[decision]}">${decision}</strong> <small>by ${model}</small></p>
${reasons.length === 0 ? undefined : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
<table class="labels"><tbody>
${labels.map(({ label, confidence }) => {
  const percent = Math.round(confidence * 1000) / 10;
  return html`<tr><th scope="row">${label}</th><td><span class="bar" style="width:${percent}%"></span></td><td class="number">${percent} %</td></tr>
`;
})}
</tbody></table>`;
}

const decisionClasses = { approve: 'good', review: 'doubtful', reject: 'bad' } as const;
