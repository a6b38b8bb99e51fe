// Random patterns and events of a few words, so that they meet often. Texts, because spelling matters.

/** Numbers from 0 up to but not 1, the same for the same seed. */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What patterns and events are made of: a few of all texts and numbers. */
export interface Draw {
  readonly random: Random;
  readonly texts: readonly string[];
  readonly exactNumbers: readonly string[];
  readonly numbers: readonly string[];
}

export function createDraw(random: Random): Draw {
  const exactNumbers = some(random, allExactNumbers, 4);
  return {
    random,
    texts: ['"ab"', ...some(random, allTexts, 5)],
    exactNumbers,
    numbers: [...exactNumbers, ...some(random, inexactNumbers, 1)],
  };
}

function some(random: Random, all: readonly string[], count: number): string[] {
  const start = Math.floor(random() * all.length);
  return Array.from({ length: count }, (_, n) => all[(start + n) % all.length] ?? '');
}

/** A valid event pattern, within AWS's length. */
export function randomPattern(draw: Draw): string {
  const pattern = objectOf(topFields(draw, 3));
  return pattern.length <= 2048 ? pattern : randomPattern(draw);
}

/** An event with the fields that the patterns ask for, and others. */
export function randomEvent(draw: Draw): string {
  const detail: string[] = [];
  if (draw.random() < 0.9) detail.push(`"a":${randomValue(draw)}`);
  if (draw.random() < 0.6) {
    const inner = randomValue(draw);
    detail.push(draw.random() < 0.5 ? `"c.d":${inner}` : `"c":{"d":${inner},"other":1}`);
  }
  if (draw.random() < 0.7) {
    detail.push(`"list":${draw.random() < 0.8 ? elements(draw, 2) : element(draw, 1)}`);
  }
  if (draw.random() < 0.1) detail.push(`"${pick(draw, ['a', '\\u0061'])}":${randomValue(draw)}`);
  if (draw.random() < 0.1) detail.push(`"c":${randomValue(draw)}`);
  const fields = [`"source":${text(draw)}`, `"detail-type":${text(draw)}`];
  if (draw.random() < 0.3) fields.push(`"other":${pick(draw, distractions)}`);
  if (draw.random() < 0.95) fields.push(`"detail":${objectOf(shuffled(draw, detail))}`);
  const event = objectOf(shuffled(draw, fields));
  return draw.random() < 0.2
    ? ` ${event.replaceAll(',"', ' ,\n\t"').replaceAll(/":(?!:)/g, '" : ')}\r\n`
    : event;
}

function topFields(draw: Draw, depth: number): string[] {
  const fields: string[] = [];
  if (draw.random() < 0.35) fields.push(`"source":${listOf(draw, textTest)}`);
  if (draw.random() < 0.2) fields.push(`"detail-type":${listOf(draw, textTest)}`);
  if (draw.random() < 0.2) {
    fields.push(`"${pick(draw, ['detail.a', 'detail.c.d', 'detail.list.x'])}":${tests(draw)}`);
  }
  if (depth > 0 && draw.random() < 0.2) fields.push(orOf(draw, () => topFields(draw, depth - 2)));
  if (fields.length === 0 || draw.random() < 0.4) {
    fields.push(`"detail":${objectOf(detailFields(draw, depth))}`);
  }
  return shuffled(draw, fields);
}

function detailFields(draw: Draw, depth: number): string[] {
  const fields: string[] = [];
  if (draw.random() < 0.4) fields.push(`"a":${tests(draw)}`);
  if (draw.random() < 0.2) {
    fields.push(draw.random() < 0.5 ? `"c.d":${tests(draw)}` : `"c":{"d":${tests(draw)}}`);
  }
  if (depth > 0 && draw.random() < 0.2) fields.push(orOf(draw, () => detailFields(draw, depth - 2)));
  if (fields.length === 0 || draw.random() < 0.3) {
    const inner = [`"x":${tests(draw)}`, `"y":${tests(draw)}`, `"in":{"z":${tests(draw)}}`];
    fields.push(`"list":${objectOf(shuffled(draw, inner).slice(0, 1 + Math.floor(draw.random() ** 2 * 3)))}`);
  }
  return fields;
}

function orOf(draw: Draw, fields: () => string[]): string {
  return `"$or":[${Array.from({ length: 2 + Math.floor(draw.random() * 2) }, () => objectOf(fields())).join()}]`;
}

function tests(draw: Draw): string {
  return listOf(draw, draw.random() < 0.5 ? textTest : test);
}

function textTest(draw: Draw): string {
  return draw.random() < 0.5 ? text(draw) : test(draw);
}

function test(draw: Draw): string {
  const exact = () => leaf(draw);
  return pick(draw, [
    exact,
    exact,
    () => `{"prefix":${orIgnoringCase(draw, text(draw))}}`,
    () => `{"suffix":${orIgnoringCase(draw, text(draw))}}`,
    () => `{"equals-ignore-case":${text(draw)}}`,
    () => `{"exactly":${text(draw)}}`,
    () => `{"wildcard":${pick(draw, wildcards)}}`,
    () => `{"anything-but":${oneOrMore(draw, () => text(draw))}}`,
    () => `{"anything-but":${oneOrMore(draw, () => pick(draw, draw.exactNumbers))}}`,
    () => `{"anything-but":{"prefix":${oneOrMore(draw, () => notEmpty(draw))}}}`,
    () => `{"anything-but":{"suffix":${oneOrMore(draw, () => notEmpty(draw))}}}`,
    () => `{"anything-but":{"equals-ignore-case":${oneOrMore(draw, () => text(draw))}}}`,
    () => `{"anything-but":{"wildcard":${oneOrMore(draw, () => pick(draw, wildcards))}}}`,
    () => `{"numeric":[${pick(draw, ranges)}]}`,
    () => `{"exists":${pick(draw, ['true', 'false', 'false'])}}`,
    () => `{"cidr":${pick(draw, networks)}}`,
  ])();
}

function orIgnoringCase(draw: Draw, operand: string): string {
  return draw.random() < 0.5 ? operand : `{"equals-ignore-case":${operand}}`;
}

function randomValue(draw: Draw): string {
  const kind = draw.random();
  if (kind < 0.6) return leaf(draw);
  if (kind < 0.8)
    return `[${Array.from({ length: Math.floor(draw.random() * 4) }, () => leaf(draw)).join()}]`;
  if (kind < 0.9) return `[[${leaf(draw)},${leaf(draw)}],${leaf(draw)},{"d":${leaf(draw)}}]`;
  return pick(draw, ['{}', '{"deeper":1}', '[]', '[{}]']);
}

function elements(draw: Draw, depth: number): string {
  const items = Array.from({ length: Math.floor(draw.random() * 5) }, () =>
    draw.random() < 0.1 ? `[${element(draw, depth)},${element(draw, depth)}]` : element(draw, depth),
  );
  return `[${items.join()}]`;
}

function element(draw: Draw, depth: number): string {
  const fields: string[] = [];
  if (draw.random() < 0.9) fields.push(`"x":${draw.random() < 0.8 ? leaf(draw) : randomValue(draw)}`);
  if (draw.random() < 0.9) fields.push(`"y":${leaf(draw)}`);
  if (depth > 0 && draw.random() < 0.6) {
    fields.push(
      `"in":[${Array.from({ length: 1 + Math.floor(draw.random() * 2) }, () => `{"z":${leaf(draw)}}`).join()}]`,
    );
  }
  return objectOf(shuffled(draw, fields));
}

function leaf(draw: Draw): string {
  return draw.random() < 0.5 ? text(draw) : pick(draw, [...draw.numbers, 'true', 'false', 'null']);
}

function text(draw: Draw): string {
  return pick(draw, draw.texts);
}

function notEmpty(draw: Draw): string {
  const one = text(draw);
  return one === '""' ? notEmpty(draw) : one;
}

// Spellings of few values, and texts that share ends, cases and shapes.
const allTexts = [
  ...['""', '"a"', '"ab"', '"aB"', '"AB"', '"abc"', '"cab"', '"b*c"', '"a.b"', '"300"', '"true"', '"null"'],
  ...[
    '"k"',
    '"\\u212a"',
    '"ß"',
    '"SS"',
    '"ς"',
    '"Σ"',
    '"σ"',
    '"\\u0130"',
    '"i"',
    '"日本"',
    '"\\u65e5本"',
    '"🚌b"',
  ],
  ...[
    '"10.0.0.1"',
    '"10.0.0.2"',
    '"10.1.0.0"',
    '"010.0.0.1"',
    '"::1"',
    '"0:0:0:0:0:0:0:1"',
    '"::ffff:a00:1"',
  ],
  ...['"2001:db8::7"', '"::1.2.3.4"', '"1::2::3"'],
];
const allExactNumbers = [
  ...['0', '-0', '0.0', '1', '-1', '1.5', '5e0', '300', '300.0', '3e2', '3.0E+2', '0.1', '1e-1'],
  ...['9007199254740992', '9007199254740991', '-9007199254740992', '1e300'],
];
const inexactNumbers = ['9007199254740993', '9007199254740993.0', '0.1234567890123456789', '1e400'];
// What a reader must not stumble over on its way.
const distractions = [
  ...[
    '"\\"}],{"',
    '"\\\\"',
    '[[],{},[{"a":["]"]}]]',
    '{"source":"ab","detail":{"a":"ab"}}',
    '"\\u007b\\"detail\\":"',
  ],
  ...['-12.5e+3', 'true', '{"": null, "\\n":[ 1 , 2 ]}'],
];
const wildcards = [
  '"*"',
  '"a*"',
  '"*b"',
  '"a*b"',
  '"*a*"',
  '"b\\\\*c"',
  '"*\\\\*c"',
  '"a*b*c"',
  '""',
  '"日*"',
  '"10.*.1"',
];
const ranges = [
  ...[
    '"=",300',
    '"=",3e2',
    '"=",-0',
    '"<",1',
    '"<=",1',
    '">",1',
    '">=",0',
    '">",-1,"<",1.5',
    '">=",0.1,"<=",300',
  ],
  ...['">=",300', '">=",1,"<",300', '">",9007199254740991', '"<",9007199254740992', '">=",-1e300,"<",0'],
];
const networks = [
  '"10.0.0.0/8"',
  '"10.0.0.0/30"',
  '"10.0.0.0/31"',
  '"0.0.0.0/0"',
  '"::/0"',
  '"::/127"',
  '"2001:db8::/32"',
];

function objectOf(fields: readonly string[]): string {
  return `{${fields.join()}}`;
}

function listOf(draw: Draw, item: (draw: Draw) => string): string {
  return `[${Array.from({ length: 1 + Math.floor(draw.random() * 4) }, () => item(draw)).join()}]`;
}

function oneOrMore(draw: Draw, item: () => string): string {
  return draw.random() < 0.5 ? item() : `[${item()},${item()}]`;
}

function pick<Item>(draw: Draw, items: readonly Item[]): Item {
  const item = items[Math.floor(draw.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function shuffled(draw: Draw, items: readonly string[]): string[] {
  return items
    .map((item) => ({ item, order: draw.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
