import { createHash } from 'node:crypto';
import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import { renderXml } from '../wire/xml.ts';
import { objectAccess } from './access.ts';
import { tagsOfDocument } from './object-tags.ts';
import { checkPostPolicy } from './post-policy.ts';
import type { S3Parts } from './put-object.ts';
import type { S3Request } from './s3-request.ts';

/** POST Object: a browser's form, held to its policy. The form is read as a whole, so it can be 64 MiB at most. */
export async function postObject(request: S3Request, parts: S3Parts): Promise<void> {
  const { clock, buckets, bodies, announce } = parts;
  const bucket = buckets.get(request.bucket);
  const { fields, file } = await readForm(request);
  const content = Buffer.from(await file.arrayBuffer());
  const policy = fields.get('policy');
  if (policy === undefined) {
    throw new AwsError(
      'AccessDenied',
      'the form has no field policy: the local S3 takes no anonymous uploads',
      {
        status: 403,
      },
    );
  }
  const key = (fields.get('key') ?? '').replaceAll(FILE_NAME, file.name);
  if (key === '') throw new AwsError('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  fields.set('bucket', bucket.name);
  checkPostPolicy({ policy, fields, bytes: content.length, now: clock.now() });
  const tagging = fields.get('tagging');
  const tags = tagging === undefined ? [] : tagsOfDocument(tagging);
  if (tags.length > 0) request.authorize(objectAccess('PutObjectTagging', bucket.name, key));

  const body = await bodies.write(once(content));
  const object = {
    key,
    body,
    etag: createHash('md5').update(content).digest('hex'),
    lastModified: new Date(clock.now()),
    headers: keptFields(fields),
    checksums: {},
    tags,
  };
  bucket.put(object);
  answer(request, fields, { bucket: bucket.name, key, etag: object.etag });
  announce.created(bucket, object, request, 'POST Object');
}

/** What a browser writes into the key for the name of the chosen file. */
const FILE_NAME = '$' + '{filename}';

async function readForm(request: S3Request): Promise<{ fields: Map<string, string>; file: File }> {
  const bytes = await readBody(request.message, { limitBytes: 64 * 1_048_576 });
  const headers = { 'content-type': request.header('content-type') ?? '' };
  const form = await new Response(new Uint8Array(bytes), { headers }).formData().catch((cause) => {
    throw new AwsError(
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
      {
        cause,
      },
    );
  });
  const fields = new Map<string, string>();
  let file: File | undefined;
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.set(name.toLowerCase(), value);
    else file = value;
  }
  if (!file) throw new AwsError('InvalidArgument', 'POST requires exactly one file upload per request.');
  return { fields, file };
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

function keptFields(fields: ReadonlyMap<string, string>): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of fields) {
    if (/^(cache-control|content-(type|disposition|encoding|language)|expires|x-amz-meta-.+)$/.test(name)) {
      kept[name] = value;
    }
  }
  return kept;
}

function answer(
  { response, message }: S3Request,
  fields: ReadonlyMap<string, string>,
  { bucket, key, etag }: { bucket: string; key: string; etag: string },
): void {
  const location = `http://${message.headers.host}/${bucket}/${encodeURIComponent(key)}`;
  const redirect = fields.get('success_action_redirect');
  response.setHeader('etag', `"${etag}"`);
  response.setHeader('location', location);
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag: `"${etag}"` })) {
      target.searchParams.set(name, value);
    }
    response.writeHead(303, { location: target.href }).end();
  } else if (fields.get('success_action_status') === '201') {
    const document = renderXml('PostResponse', {
      Location: location,
      Bucket: bucket,
      Key: key,
      ETag: `"${etag}"`,
    });
    response.writeHead(201, { 'content-type': 'application/xml' }).end(document);
  } else {
    response.writeHead(fields.get('success_action_status') === '200' ? 200 : 204).end();
  }
}
