/** What a CSV of tasks is made of: the same recipe always makes the same bytes. */
export interface CsvRecipe {
  /** Rows below the header. */
  readonly rows: number;
  /** @default 1 */
  readonly seed?: number;
  /**
   * `some`: one row in eight is valid but awkward (quotes, separators and newlines in cells, umlauts and emoji, `TRUE`, `1`
   * and `0`, blank cells, too few or too many cells) and one in a hundred breaks a rule. `none`: every row is plain and valid.
   * @default 'some'
   */
  readonly awkward?: 'some' | 'none';
}

/**
 * Writes a believable CSV of tasks, about 100 bytes a row, in chunks of about 64 KiB that end between rows:
 * any number of rows in constant memory.
 */
export async function* makeCsv({ rows, seed = 1, awkward = 'some' }: CsvRecipe): AsyncGenerator<string> {
  const chance = createChance();
  let chunk = 'title,detail,dueAt,isComplete\n';
  for (let row = 0; row < rows; row += 1) {
    chance.restart(seed, row);
    chunk += `${kinds[kindOf(chance, awkward)](chance)}\n`;
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** How many rows of that CSV become tasks and how many are refused, known without reading it. */
export function expectCsv({ rows, seed = 1, awkward = 'some' }: CsvRecipe): {
  created: number;
  rejected: number;
} {
  const chance = createChance();
  let rejected = 0;
  for (let row = 0; row < rows; row += 1) {
    chance.restart(seed, row);
    if (badKinds.has(kindOf(chance, awkward))) rejected += 1;
  }
  return { created: rows - rejected, rejected };
}

const CHUNK_CHARACTERS = 64 * 1024;

type Kind = keyof typeof kinds;

const kinds = {
  plain: (chance: Chance) =>
    `${titleOf(chance)},${detailOf(chance)},${dueOf(chance)},${chance.below(4) === 0}`,
  quoted: (chance: Chance) =>
    `"${titleOf(chance)}, ""${chance.pick(places)}""","${detailOf(chance)}",${dueOf(chance)},false`,
  manyLines: (chance: Chance) =>
    `${titleOf(chance)},"${detailOf(chance)}\n- ${chance.pick(places)}\n- ${chance.pick(people)}",${dueOf(chance)},false`,
  foreign: (chance: Chance) => `${chance.pick(foreignTitles)},${detailOf(chance)},${dueOf(chance)},false`,
  otherFlag: (chance: Chance) =>
    `${titleOf(chance)},${detailOf(chance)},${dueOf(chance)},${chance.pick(otherFlags)}`,
  otherDate: (chance: Chance) =>
    `${titleOf(chance)},${detailOf(chance)},${dayOf(chance)}T18:30:00+02:00,false`,
  blank: (chance: Chance) => `${titleOf(chance)},,,`,
  short: (chance: Chance) => titleOf(chance),
  long: (chance: Chance) =>
    `${titleOf(chance)},${detailOf(chance)},${dueOf(chance)},true,left over,${chance.below(100)}`,
  noTitle: (chance: Chance) => `,${detailOf(chance)},${dueOf(chance)},false`,
  longTitle: (chance: Chance) =>
    `${`${titleOf(chance)} and `.repeat(6)}go home,${detailOf(chance)},${dueOf(chance)},false`,
  impossibleDate: (chance: Chance) => `${titleOf(chance)},${detailOf(chance)},2027-02-30T09:00:00Z,false`,
  unclearFlag: (chance: Chance) => `${titleOf(chance)},${detailOf(chance)},${dueOf(chance)},maybe`,
} as const satisfies Record<string, (chance: Chance) => string>;

const awkwardKinds = [
  'quoted',
  'manyLines',
  'foreign',
  'otherFlag',
  'otherDate',
  'blank',
  'short',
  'long',
] as const satisfies readonly Kind[];

const badKinds: ReadonlySet<Kind> = new Set(['noTitle', 'longTitle', 'impossibleDate', 'unclearFlag']);
const badList = [...badKinds];

/** Always the first draw of a row, so that counting the kinds needs no text. */
function kindOf(chance: Chance, awkward: 'some' | 'none'): Kind {
  if (awkward === 'none') return 'plain';
  const draw = chance.below(800);
  if (draw < 8) return chance.pick(badList);
  return draw < 108 ? chance.pick(awkwardKinds) : 'plain';
}

function titleOf(chance: Chance): string {
  return `${chance.pick(verbs)} ${chance.pick(things)} for ${chance.pick(people)}`;
}

function detailOf(chance: Chance): string {
  return `${chance.pick(notes)} at ${chance.pick(places)} (no. ${chance.below(1_000_000)})`;
}

function dueOf(chance: Chance): string {
  return `${dayOf(chance)}T${twoDigits(7 + chance.below(12))}:${chance.below(2) === 0 ? '00' : '30'}:00Z`;
}

function dayOf(chance: Chance): string {
  return `2027-${twoDigits(1 + chance.below(12))}-${twoDigits(1 + chance.below(28))}`;
}

const twoDigits = (number: number) => (number < 10 ? `0${number}` : `${number}`);

interface Chance {
  restart(seed: number, row: number): void;
  below(limit: number): number;
  pick<Item>(list: readonly [Item, ...Item[]] | readonly Item[]): Item;
}

/** The splitmix32 generator. It starts anew at each row, so a row depends on the seed and its number alone. */
function createChance(): Chance {
  let state = 0;
  const below = (limit: number) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296) * limit);
  };
  return {
    below,
    restart(seed, row) {
      state = Math.imul(seed, 0x85ebca6b) ^ Math.imul(row + 1, 0xc2b2ae35);
    },
    pick: (list) => list[below(list.length)] as (typeof list)[number],
  };
}

const verbs = ['Call', 'Order', 'Check', 'Repair', 'Review', 'Pack', 'Send', 'Prepare', 'Renew', 'Book'];
const things = [
  'the quarterly report',
  'two spare keys',
  'a new contract',
  'the blue folder',
  'the fire alarm',
  'train tickets',
  'the parcel',
  'the meeting room',
];
const people = ['Amara', 'Ben', 'Chiara', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hiroshi', 'Ines', 'Jonas'];
const places = ['the depot', 'Hall 4', 'the front desk', 'Station Road', 'the archive', 'Building C'];
const notes = ['Ask first', 'Sign twice', 'Wait', 'Bring the form', 'Come early', 'Leave a note'];
const foreignTitles = [
  'Grüße an Jörg: Schlüssel für die Tür',
  'Заказать новые стулья',
  '会議室を予約する',
  'Fête de fin d’année 🎉',
  'Mañana: revisión del año ✅',
  'Test 👩‍👩‍👧 family ticket',
];
const otherFlags = ['TRUE', 'False', '1', '0', 'FALSE', 'True'];
