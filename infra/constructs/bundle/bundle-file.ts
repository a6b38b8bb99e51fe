/** A file of a function's code: `name` is its path in there, with slashes; it is made, or copied from a path. */
export type BundleFile =
  | { readonly name: string; readonly contents: Uint8Array }
  | { readonly name: string; readonly source: string };
