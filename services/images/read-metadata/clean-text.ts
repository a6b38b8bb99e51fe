/** A text from a picture on one line, without control characters, at most so many characters; undefined if nothing is left. */
export function cleanText(text: string | undefined, maxCharacters: number): string | undefined {
  const clean = (text ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return [...clean].slice(0, maxCharacters).join('') || undefined;
}
