import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../wire/aws-error.ts';
import type { Access } from '../wire/evaluate-policies.ts';
import { renderXml, type XmlContent } from '../wire/xml.ts';

/** A request for S3, taken apart. */
export interface S3Request {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Empty when the request is for S3 as a whole. */
  readonly bucket: string;
  /** Empty when the request is for a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** As events and answers name it. */
  readonly requestId: string;
  header(name: string): string | undefined;
  /** Throws when the caller may not. */
  authorize(access: Access): void;
  /** For what a request gets besides, if its caller may. */
  isAllowed(access: Access): boolean;
}

/** Takes the path apart as it stands: URL's own parser would fold `..` and doubled slashes, which keys may have. */
export function parseTarget(message: IncomingMessage): {
  bucket: string;
  key: string;
  query: URLSearchParams;
} {
  const [path = '/', query = ''] = splitOnce(message.url ?? '/', '?');
  const [bucket = '', key = ''] = splitOnce(path.replace(/^\//, ''), '/');
  try {
    return {
      bucket: decodeURIComponent(bucket),
      key: decodeURIComponent(key),
      query: new URLSearchParams(query),
    };
  } catch (cause) {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${path}`, { cause });
  }
}

/** What `x-amz-copy-source` names: `/bucket/some%20key?versionId=1`. The key is empty when it names no object. */
export function copySourceOf({ header }: Pick<S3Request, 'header'>): {
  bucket: string;
  key: string;
  query?: string;
} {
  const [path = '', query] = splitOnce(header('x-amz-copy-source') ?? '', '?');
  const [bucket = '', key = ''] = splitOnce(decodeURIComponent(path).replace(/^\//, ''), '/');
  return { bucket, key, query };
}

/** `splitOnce('a/b/c', '/') -> ['a', 'b/c']` */
function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

export function sendXml(response: ServerResponse, root: string, content: XmlContent): void {
  const body = renderXml(root, content, 'http://s3.amazonaws.com/doc/2006-03-01/');
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

export function sendEmpty(response: ServerResponse, status: 200 | 204 | 304): void {
  response.writeHead(status);
  response.end();
}

/** A refusal in S3's XML; a HEAD request's has no body. */
export function sendS3Error(request: S3Request, error: AwsError): void {
  const { message, response, requestId } = request;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const details = Object.entries(error.details).map(([name, value]) => [name, String(value)]);
  const body =
    message.method === 'HEAD' || error.status === 304
      ? ''
      : renderXml('Error', {
          Code: error.code,
          Message: error.message,
          ...Object.fromEntries(details),
          Resource: message.url?.split('?')[0],
          RequestId: requestId,
        });
  response.writeHead(error.status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
