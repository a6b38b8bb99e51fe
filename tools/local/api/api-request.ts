import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A request to an API, before its body is read. */
export interface ApiRequest {
  readonly apiId: string;
  readonly method: string;
  /** As sent, percent-encoded, with the stage. */
  readonly path: string;
  /** As sent, percent-encoded, without `?`. */
  readonly query: string;
  /** By lower-case name, in the order sent; a name that comes several times has its values joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** Of the request line and the values of the headers. */
  readonly headBytes: number;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** `/_aws/execute-api/`, the API's id, and the path as the API sees it. */
export const EXECUTE_PATH = '/_aws/execute-api/';

export function readApiRequest(request: IncomingMessage, time: number): ApiRequest {
  const { httpVersion, method = '', rawHeaders, socket, url = '' } = request;
  const [target = '', query = ''] = splitOnce(url.slice(EXECUTE_PATH.length), '?');
  const [apiId = '', rest = ''] = splitOnce(target, '/');
  const path = `/${rest}`;
  const protocol = `HTTP/${httpVersion}`;

  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  let headBytes = Buffer.byteLength(`${method} ${path}${query && `?${query}`} ${protocol}`);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    headBytes += Buffer.byteLength(value, 'latin1');
    if (name === 'cookie') cookies.push(...value.split(/; */).filter((cookie) => cookie !== ''));
    else headers[name] = Object.hasOwn(headers, name) ? `${headers[name]},${value}` : value;
  }
  return {
    apiId,
    method,
    path,
    query,
    headers,
    cookies,
    headBytes,
    protocol,
    sourceIp: socket.remoteAddress ?? '',
    // As AWS's look: Mc7UVioPPHcEKPA=
    id: `${randomBytes(11).toString('base64url').slice(0, 15)}=`,
    time,
  };
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
