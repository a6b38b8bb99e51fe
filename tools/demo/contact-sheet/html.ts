/** A piece of HTML that was made by `html`: everything else is a text and is escaped. */
export interface Html {
  readonly [markup]: string;
}

// A symbol: no parsed JSON can pretend to be markup.
const markup = Symbol('markup');

export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/** Makes HTML of a template; what is put in is escaped, lists are joined, and `undefined` is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { [markup]: String.raw({ raw: texts }, ...values.map(toMarkup)) };
}

/** The text of a finished page. */
export function toText(page: Html): string {
  return page[markup];
}

/** Marks a text of our own, such as a style sheet, as HTML. Never for what came from outside. */
export function trusted(text: string): Html {
  return { [markup]: text };
}

function toMarkup(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  return markup in value ? value[markup] : value.map(toMarkup).join('');
}

function escapeText(text: string): string {
  return text.replace(UNSEEN, '\u{fffd}').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Control characters, and those that turn the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const UNSEEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g;
