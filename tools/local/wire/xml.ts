/** An XML element's content: text, nested elements by name, or a list for a repeated element. `undefined` leaves it out. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | { readonly [name: string]: XmlContent | readonly XmlContent[] };

/** An XML document with this one root element. */
export function renderXml(root: string, content: XmlContent, xmlns?: string): string {
  const attribute = xmlns === undefined ? '' : ` xmlns="${xmlns}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${renderContent(content)}</${root}>`;
}

function renderContent(content: XmlContent): string {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escapeXml(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) =>
      (isList(value) ? value : [value])
        .filter((item) => item !== undefined)
        .map((item) => `<${name}>${renderContent(item)}</${name}>`),
    )
    .join('');
}

function isList(value: XmlContent | readonly XmlContent[]): value is readonly XmlContent[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  // Control characters cannot stand in XML 1.0 as themselves; S3 gives a carriage return in a key as a reference too.
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** The texts of every element of this name, unescaped, in order. Enough for the flat documents that S3's clients send. */
export function xmlTexts(document: string, name: string): string[] {
  const elements = document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'));
  return [...elements].map((match) => unescapeXml(match[1] ?? ''));
}

/** The raw content of every element of this name, to be searched further. */
export function xmlElements(document: string, name: string): string[] {
  const elements = document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'));
  return [...elements].map((match) => match[1] ?? '');
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (_, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[String(name)] ?? '';
  });
}
