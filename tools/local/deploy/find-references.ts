import { parseSub } from './parse-sub.ts';

/** The logical ids that a value refers to, by Ref, Fn::GetAtt and Fn::Sub; parameters and pseudo parameters among them. */
export function findReferences(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const element of value) collect(element, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Ref' && typeof inner === 'string') found.add(inner);
    else if (key === 'Fn::GetAtt')
      found.add(String(Array.isArray(inner) ? inner[0] : inner).split('.')[0] ?? '');
    else if (key === 'Fn::Sub') collectSub(inner, found);
    else collect(inner, found);
  }
}

function collectSub(argument: unknown, found: Set<string>): void {
  const [text, own = {}] = Array.isArray(argument) ? argument : [argument];
  for (const part of parseSub(String(text))) {
    if ('name' in part && !Object.hasOwn(own as object, part.name)) found.add(part.name.split('.')[0] ?? '');
  }
  collect(own, found);
}
