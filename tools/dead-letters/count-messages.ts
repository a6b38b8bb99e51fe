/** `1 message`, `2 messages`. */
export function countMessages(count: number): string {
  return `${count} ${count === 1 ? 'message' : 'messages'}`;
}
