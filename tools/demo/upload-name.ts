/** A file's name as the API takes it: no more than 100 characters, none of them a backslash or a control character. */
export function uploadName(file: string): string {
  const name = file.toWellFormed().replaceAll('$' + '{filename}', '_');
  return [...name.replace(/[\\\p{Cc}]/gu, '_')].slice(-LONGEST).join('');
}

const LONGEST = 100;
