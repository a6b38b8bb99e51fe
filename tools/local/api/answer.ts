/** What an API answers a request. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; a list for a header that comes several times. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** API Gateway's own answer: `{"message":"Not Found"}`. */
export function refuse(status: number, message: string, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ message })),
  };
}
