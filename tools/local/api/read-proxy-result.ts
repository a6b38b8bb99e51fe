import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Answer } from './answer.ts';

/**
 * The answer that a function's result stands for, by payload format 2.0: a result with a `statusCode` says all of it, any other is the
 * body. Nothing when the result has a `statusCode` but not the form.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function readProxyResult(payload: string): Answer | undefined {
  const result: unknown = JSON.parse(payload);
  if (!isObject(result) || result.statusCode === undefined) {
    const body = Buffer.from(typeof result === 'string' ? result : payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { body: text, cookies, isBase64Encoded = false, statusCode: status } = result;
  const headers = readHeaders(result.headers ?? {});
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    return undefined;
  if (typeof (text ?? '') !== 'string' || typeof isBase64Encoded !== 'boolean' || !headers) return undefined;
  if (!isListOfTexts(cookies ?? [])) return undefined;
  const body = Buffer.from(String(text ?? ''), isBase64Encoded ? 'base64' : 'utf8');
  return {
    status,
    headers: {
      ...(body.length > 0 && { 'content-type': 'text/plain; charset=utf-8' }),
      ...headers,
      ...(isListOfTexts(cookies) && cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body,
  };
}

function readHeaders(headers: unknown): Record<string, string> | undefined {
  if (!isObject(headers)) return undefined;
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!['boolean', 'number', 'string'].includes(typeof value)) return undefined;
    if (!isSendable(name, String(value))) return undefined;
    // The gateway frames the answer itself.
    if (!FRAMING_HEADERS.includes(name.toLowerCase())) read[name.toLowerCase()] = String(value);
  }
  return read;
}

const FRAMING_HEADERS: readonly string[] = [
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
];

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
