/** `count-words` → `countWords`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `count-words` → `CountWords`. */
export function pascalCase(name: string): string {
  return camelCase(`-${name}`);
}
