import { validatorOf } from './document.ts';
import { callers, type FuzzRequest } from './requests-of.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** What is wrong with an answer; undefined when it is one that the document declares, and the one that the request calls for. */
export function findFault(request: FuzzRequest, answer: FuzzAnswer): string | undefined {
  const { responses } = request.operation;
  const { contentType = '', status, text } = answer;
  const response = responses[status];
  if (status >= 500) return 'is our fault';
  if (!response) return `has a status that is not declared: ${Object.keys(responses).join(', ')}`;
  if (!response.content) return text === '' ? undefined : 'has a body, and none is declared';
  const [media = ''] = contentType.split(';');
  const declared = response.content[media];
  if (!declared) return `is ${media}, and declared is ${Object.keys(response.content).join(', ')}`;
  const body = media.endsWith('json') ? parse(text) : text;
  const validate = validatorOf(declared.schema);
  if (!validate(body)) return `is not as declared: ${JSON.stringify(validate.errors)}`;
  return hasRightOutcome(request, answer, body)
    ? undefined
    : `is not for a request that is ${kindOf(request)}`;
}

/** Undefined, which is as no schema declares, for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf({ caller, isValid, owner }: FuzzRequest): string {
  return `${isValid ? 'valid' : 'not valid'}, by ${caller}${owner === undefined ? '' : `, about ${owner}`}`;
}

function hasRightOutcome(
  { caller, isValid, operation, owner }: FuzzRequest,
  { status }: FuzzAnswer,
  body: unknown,
): boolean {
  const isOpen = operation.security?.length === 0;
  // Before it looks at a token, API Gateway reads the path and the headers.
  if (!isOpen && (caller === 'nobody' || caller === 'garbage')) return [400, 401, 431].includes(status);
  if (!isOpen && caller === 'shared') return [400, 403, 404, 431].includes(status);
  if (!isValid) return status >= 400;
  if (owner !== undefined && owner !== callers[caller] && caller !== 'admin') {
    // A list is refused; of a single thing it is said that there is none.
    return [operation.path.endsWith('{id}') ? 404 : 403, 431].includes(status);
  }
  return ![401, 403, 413, 415, 429].includes(status) && (status !== 400 || isAboutMeaning(body));
}

/** Whether a problem is about what no schema can say. */
function isAboutMeaning(body: unknown): boolean {
  const { type, errors = [] } = body as {
    readonly type: string;
    readonly errors?: readonly { readonly pointer: string }[];
  };
  return (
    ['urn:fanbus:problem:invalid-event', 'urn:fanbus:problem:too-deep'].includes(type) ||
    (errors.length > 0 && errors.every(({ pointer }) => meaningful.some((pattern) => pattern.test(pointer))))
  );
}

const meaningful = [
  /^\/query\/cursor$/,
  /^\/body\/dueAt$/,
  /^\/body\/events\/\d+\/data\/owner$/,
  /^\/body\/items\/\d+\/(id|content)$/,
];
