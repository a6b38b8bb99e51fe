import type { JsonObject } from '../local-service.ts';
import type { Source } from '../source/source.ts';
import { AwsError } from '../wire/aws-error.ts';
import { listOf } from '../wire/query-protocol.ts';
import { readProperties } from '../wire/read-properties.ts';
import type { StackSource } from './stack-source.ts';
import type { Template } from './template.ts';

/** What a request to create or to update a stack makes it of. Throws `AwsError` in CloudFormation's words. */
export async function readSource(options: {
  readonly input: JsonObject;
  readonly name: string;
  /** What the stack is made of now. */
  readonly former: StackSource | undefined;
  readonly source: Pick<Source, 'read'>;
}): Promise<StackSource> {
  const { former, input, name, source } = options;
  const usesFormer = readProperties(input).boolean('UsePreviousTemplate') ?? false;
  const body = usesFormer ? former?.body : await readTemplateBody(input, source);
  if (body === undefined) throw invalid(`Stack [${name}] has no previous template`);
  const template = parseTemplate(body);
  const tags = input.Tags === undefined ? (former?.tags ?? {}) : pairs(input.Tags, 'Key', 'Value');
  return {
    name,
    body,
    template,
    parameters: readParameters(input, template, former),
    tags,
    // What an assembly holds of a template it still holds when somebody changes a parameter.
    asset: usesFormer ? former?.asset : undefined,
  };
}

/** The template of a request, as text. */
export async function readTemplateBody(input: JsonObject, source: Pick<Source, 'read'>): Promise<string> {
  const read = readProperties(input);
  const url = read.text('TemplateURL');
  if (url === undefined) {
    const body = read.text('TemplateBody');
    if (body) return body;
    throw invalid('Either Template URL or Template Body must be specified.');
  }
  const { bucket, key } = locate(url);
  try {
    return (await source.read(bucket, key)).toString();
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw invalid(`S3 error: ${cause.message} (${bucket}/${key})`, cause);
  }
}

/** Throws `AwsError` for what is no template in JSON. */
export function parseTemplate(body: string): Template {
  let template: unknown;
  try {
    template = JSON.parse(body);
  } catch (cause) {
    throw invalid(
      `Template format error: the local CloudFormation reads JSON, and this is none (${cause instanceof Error ? cause.message : cause}). CDK writes JSON; convert a template in YAML.`,
      cause,
    );
  }
  const { Resources } = (template ?? {}) as Template;
  if (typeof Resources === 'object' && Resources !== null) return template as Template;
  throw invalid('Template format error: At least one Resources member must be defined.');
}

/** `https://s3.us-east-1.amazonaws.com/bucket/key`, `https://bucket.s3.amazonaws.com/key`, or the engine's own address. */
function locate(url: string): { bucket: string; key: string } {
  const match = /^https?:\/\/([^/]+)\/(.+)$/.exec(url);
  const [, host = '', path = ''] = match ?? [];
  const decoded = decodeURIComponent(path);
  const [, ofHost] = /^(.+?)\.s3[.-]/.exec(host) ?? [];
  if (ofHost !== undefined) return { bucket: ofHost, key: decoded };
  const slash = decoded.indexOf('/');
  if (slash > 0) return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
  throw invalid(`S3 error: Domain name specified in ${url} is not a valid S3 domain`);
}

function readParameters(
  input: JsonObject,
  template: Template,
  former: StackSource | undefined,
): Readonly<Record<string, string>> {
  const declared = template.Parameters ?? {};
  const given = listOf(input, 'Parameters') as readonly JsonObject[];
  const names = given.map(({ ParameterKey }) => String(ParameterKey));
  const unknown = names.filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = given.flatMap((each) => {
    const name = String(each.ParameterKey);
    const value = each.UsePreviousValue === 'true' ? former?.parameters[name] : each.ParameterValue;
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  const parameters = Object.fromEntries(values);
  const missing = Object.entries(declared)
    .filter(([name, { Default }]) => parameters[name] === undefined && Default === undefined)
    .map(([name]) => name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return parameters;
}

function pairs(list: unknown, key: string, value: string): Readonly<Record<string, string>> {
  const entries = Array.isArray(list) ? (list as readonly JsonObject[]) : [];
  return Object.fromEntries(entries.map((each) => [String(each[key]), String(each[value])]));
}

function invalid(message: string, cause?: unknown): AwsError {
  return new AwsError('ValidationError', message, { cause });
}
