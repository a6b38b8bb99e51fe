/**
 * A number as written that a double cannot carry, such as 9007199254740993 or 1e400. For matching it is not a number:
 * only the same text equals it (event-ruler 2.0.1).
 */
export class InexactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Keeps the number as it was written when the event is written again. */
  toJSON(): unknown {
    return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(this.text);
  }
}

/** The number that this JSON number text means for matching. */
export function readNumber(text: string): number | InexactNumber {
  const number = Number(text);
  if (Number.isFinite(number) && decimalOf(String(number)) === decimalOf(text)) return number + 0;
  return new InexactNumber(text);
}

/** One spelling for each decimal value: 300, 300.0 and 3e2 -> 3e2. */
function decimalOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
