/** A piece of an `Fn::Sub` text: itself, or the name of what stands there. */
export type SubPart = { readonly text: string } | { readonly name: string };

/** Takes an `Fn::Sub` text apart. `"a-${B}-${!C}"` -> `a-`, B, `-`, `${C}` */
export function parseSub(text: string): readonly SubPart[] {
  // Splitting by a group yields text and names in turn.
  return text.split(/\$\{([^}]+)\}/).map((piece, index): SubPart => {
    if (index % 2 === 0) return { text: piece };
    return piece.startsWith('!') ? { text: `\${${piece.slice(1)}}` } : { name: piece.trim() };
  });
}
