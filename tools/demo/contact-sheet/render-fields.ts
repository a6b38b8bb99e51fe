import { type Html, html } from './html.ts';

/** Whatever a result says, field by field: `gps.latitude` for what lies within, at most so much of each. */
export function renderFields(result: object): Html {
  const fields = flatten(result);
  if (fields.length === 0) return html`<p>Nothing.</p>`;
  return html`<dl class="fields">
${fields.slice(0, MOST_FIELDS).map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}
</dl>
${fields.length > MOST_FIELDS ? html`<p>… and ${fields.length - MOST_FIELDS} more</p>` : undefined}`;
}

function flatten(value: object, path = ''): readonly (readonly [name: string, text: string])[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) return flatten(inner, name);
    const text = Array.isArray(inner) ? inner.map(toText).join(', ') : toText(inner);
    return text === '' ? [] : [[name, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text] as const];
  });
}

function toText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const MOST_FIELDS = 40;
const LONGEST = 300;
