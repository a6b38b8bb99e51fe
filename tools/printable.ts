/** A text that came from outside, such as a file's name, without what would move a terminal's cursor or turn its writing. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
