/** A property's value as text: intrinsic functions as `${…}`, text as it is, everything else as JSON. */
export function renderValue(value: unknown): string {
  const plain = withoutIntrinsics(value);
  return typeof plain === 'string' ? plain : (JSON.stringify(plain) ?? '');
}

/** {"Ref": "A"} -> "${A}", {"Fn::GetAtt": ["A", "Arn"]} -> "${A.Arn}"; joins and substitutions as the text they make. */
function withoutIntrinsics(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIntrinsics);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  const render = others.length === 0 && name !== undefined ? intrinsics[name] : undefined;
  if (render) return render(argument);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutIntrinsics(one)]));
}

const intrinsics: Readonly<Record<string, (argument: unknown) => string>> = {
  Ref: (id) => `\${${id}}`,
  'Fn::GetAtt': (path) => `\${${[path].flat().join('.')}}`,
  'Fn::Join': (argument) => {
    const [by, parts] = argument as readonly [string, readonly unknown[]];
    return parts.map(renderValue).join(by);
  },
  'Fn::Sub': (text) => renderValue([text].flat()[0]),
};
