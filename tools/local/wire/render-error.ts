import type { ServerResponse } from 'node:http';
import { AwsError } from './aws-error.ts';
import { renderXml } from './xml.ts';

/** Turns whatever was thrown into an answer's error. What AWS would not say is a bug: InternalFailure, with its stack on stderr. */
export function toAwsError(thrown: unknown, during: string): AwsError {
  if (thrown instanceof AwsError) return thrown;
  process.stderr.write(
    `the local AWS failed at ${during}: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`,
  );
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return new AwsError('InternalFailure', `a bug in the local AWS at ${during}: ${words}`, { status: 500 });
}

/** Answers in AWS JSON: `{__type, message, …details}`. */
export function sendJsonError(
  response: ServerResponse,
  error: AwsError,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (!canAnswer(response)) return;
  response.writeHead(error.status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
  response.end(JSON.stringify({ __type: error.code, message: error.message, ...error.details }));
}

/** Answers in the XML of the query protocol (STS, SNS, IAM). */
export function sendQueryError(response: ServerResponse, error: AwsError, requestId: string): void {
  if (!canAnswer(response)) return;
  response.writeHead(error.status, { 'content-type': 'text/xml' });
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  response.end(
    renderXml('ErrorResponse', {
      Error: { Type: type, Code: error.code, Message: error.message },
      RequestId: requestId,
    }),
  );
}

/** False once an answer has begun or the client is gone: then the connection is cut, so nobody takes half an answer for a whole one. */
function canAnswer(response: ServerResponse): boolean {
  if (!response.headersSent && !response.destroyed) return true;
  response.destroy();
  return false;
}
