/** A time as Apache's common log format has it, in UTC: `12/Mar/2020:19:03:58 +0000`. `time` in milliseconds since 1970. */
export function clfTime(time: number): string {
  // Thu, 12 Mar 2020 19:03:58 GMT
  const [, day, month, year, clock] = new Date(time).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
