/**
 * A regular expression's source for a text in any case, by event-ruler's rule: each UTF-16 unit of the pattern's text
 * stands for its own lower and upper case, one at a time. So `ß` matches `SS`, `k` is not the Kelvin sign, and a final
 * `ς` is no `σ`: lower-casing both sides would say otherwise.
 */
export function ignoringCase(text: string): string {
  return text
    .split('')
    .map((unit) => {
      const lower = escaped(unit.toLowerCase());
      const upper = escaped(unit.toUpperCase());
      return lower === upper ? lower : `(?:${lower}|${upper})`;
    })
    .join('');
}

/** Whether `ignoringCase` of this text matches exactly the texts that `foldCase` makes equal to it: true for ASCII. */
export function canFold(text: string): boolean {
  return !beyondAscii.test(text);
}

/** The text with its ASCII letters in lower case and all others as they are. */
export function foldCase(text: string): string {
  if (canFold(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const beyondAscii = /[\u0080-\uffff]/;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
