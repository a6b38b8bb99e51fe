import { UserError } from '../user-error.ts';
import { pascalCase } from './words.ts';

/** The text of `infra/app.ts` with the stack of one consumer more in its domain. Throws `UserError` when it finds no place for it. */
export function addToApp(
  text: string,
  { name, domain }: { readonly name: string; readonly domain: string },
): string {
  const stack = `${pascalCase(name)}Stack`;
  const imported = `import { ${stack} } from './stacks/${name}-stack.ts';\n`;
  const list = new RegExp(String.raw`(\n  '?${domain}'?: \{[^}]*?consumers: \[[^\]]+?),?(\s*\])`);
  const added = list.test(text)
    ? text.replace(list, `$1, ${stack}$2`)
    : text.replace(
        /(\nconst domains\b.*? = \{.*?)(\n\};\n)/s,
        `$1\n  '${domain}': { consumers: [${stack}] },$2`,
      );
  const lastImport = text.lastIndexOf('\nimport ') + 1;
  if (added === text || lastImport === 0) {
    throw new UserError(
      `infra/app.ts has no "const domains = {" with lists of "consumers" any more, so ${stack} finds no place in it. Restore them.`,
    );
  }
  return added.slice(0, lastImport) + imported + added.slice(lastImport);
}
