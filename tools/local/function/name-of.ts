/** The name in a function's ARN, partial ARN or name, without its qualifier. */
export function nameOf(functionArnOrName: string): string {
  const parts = functionArnOrName.split(':');
  const afterKeyword = parts.indexOf('function') + 1;
  return parts[afterKeyword] ?? functionArnOrName;
}
