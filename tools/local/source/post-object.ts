import { createHash } from 'node:crypto';
import { AwsError } from '../wire/aws-error.ts';
import { renderXml } from '../wire/xml.ts';
import { objectAccess } from './access.ts';
import { tagsOfDocument } from './object-tags.ts';
import { checkPostPolicy } from './post-policy.ts';
import { readPostedForm } from './posted-form.ts';
import type { S3Parts } from './put-object.ts';
import type { S3Request } from './s3-request.ts';
import { tap } from './tap.ts';

/** POST Object: a browser's form, held to its policy. */
export async function postObject(request: S3Request, parts: S3Parts): Promise<void> {
  const { clock, buckets, bodies, announce } = parts;
  const { name } = buckets.get(request.bucket);
  // A refusal in the middle must leave the connection open, or its words would not arrive.
  const arriving = request.message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const form = await readPostedForm(arriving, request.header('content-type'));
  const policy = form.fields.get('policy');
  if (policy === undefined) {
    throw new AwsError(
      'AccessDenied',
      'the form has no field policy: the local S3 takes no anonymous uploads',
      {
        status: 403,
      },
    );
  }
  const key = (form.fields.get('key') ?? '').replaceAll(FILE_NAME, form.fileName);
  if (key === '') throw new AwsError('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  const fields = new Map([...form.fields, ['bucket', name]]);
  const tagging = fields.get('tagging');
  const tags = tagging === undefined ? [] : tagsOfDocument(tagging);
  if (tags.length > 0) request.authorize(objectAccess('PutObjectTagging', name, key));

  const md5 = createHash('md5');
  const body = await bodies.write(tap(form.file, [md5]));
  const bucket = buckets.get(request.bucket);
  try {
    checkPostPolicy({ policy, fields, bytes: body.size, now: clock.now() });
  } catch (error) {
    bodies.drop(body);
    throw error;
  }
  const object = {
    key,
    body,
    etag: md5.digest('hex'),
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
