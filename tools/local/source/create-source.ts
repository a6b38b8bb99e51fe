import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Engine } from '../local-service.ts';
import { tellingResources } from '../persistence/telling-changes.ts';
import { AwsError } from '../wire/aws-error.ts';
import { toAwsError } from '../wire/render-error.ts';
import { objectAccesses } from './access.ts';
import { createAnnounce } from './announce.ts';
import { createBodyStore } from './body-store.ts';
import * as bucketOperations from './bucket-operations.ts';
import { createBucketResources } from './bucket-resources.ts';
import { createBuckets } from './buckets.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import { keepBuckets } from './keep-buckets.ts';
import { listObjects } from './list-objects.ts';
import * as multipart from './multipart.ts';
import { nameOperation } from './name-operation.ts';
import { postObject } from './post-object.ts';
import { putObject, type S3Parts } from './put-object.ts';
import { parseTarget, type S3Request, sendS3Error } from './s3-request.ts';
import type { EmitSourceEvent, Source } from './source.ts';
import * as tagging from './tagging-operations.ts';

/** S3 with its objects on disk, whatever their size, and its events on the default bus. Path-style addresses only. */
export function createSource(engine: Engine, { emit }: { readonly emit: EmitSourceEvent }): Source {
  const { authority, clock, region } = engine;
  const { persistence } = engine;
  const bodies = createBodyStore(persistence);
  const buckets = createBuckets(clock, bodies, persistence);
  const kept = persistence && keepBuckets({ persistence, buckets, bodies });
  const parts: S3Parts = { clock, buckets, bodies, announce: createAnnounce(engine, emit) };

  const operations: Readonly<Record<string, (request: S3Request) => void | Promise<void>>> = {
    ListBuckets: (request) => bucketOperations.listBuckets(request, buckets),
    CreateBucket: (request) => bucketOperations.createBucket(request, buckets),
    HeadBucket: (request) => bucketOperations.headBucket(request, buckets, region),
    DeleteBucket: (request) => bucketOperations.deleteBucket(request, buckets),
    GetBucketEncryption: (request) => bucketOperations.getBucketEncryption(request, buckets),
    GetBucketLocation: (request) => bucketOperations.getBucketLocation(request, buckets, region),
    GetBucketNotificationConfiguration: (request) => bucketOperations.getBucketNotification(request, buckets),
    PutBucketNotificationConfiguration: (request) => bucketOperations.putBucketNotification(request, buckets),
    ListObjects: (request) => listObjects(request, buckets.get(request.bucket)),
    ListObjectsV2: (request) => listObjects(request, buckets.get(request.bucket)),
    GetObject: (request) => getObject(request, buckets.get(request.bucket), bodies),
    HeadObject: (request) => getObject(request, buckets.get(request.bucket), bodies),
    PutObject: (request) => putObject(request, parts),
    PostObject: (request) => postObject(request, parts),
    CopyObject: (request) => copyObject(request, parts),
    DeleteObject: (request) => deleteObject(request, parts),
    DeleteObjects: (request) => deleteObjects(request, parts),
    CreateMultipartUpload: (request) => multipart.createMultipartUpload(request, parts),
    UploadPart: (request) => multipart.uploadPart(request, parts),
    UploadPartCopy: (request) => multipart.uploadPartCopy(request, parts),
    CompleteMultipartUpload: (request) => multipart.completeMultipartUpload(request, parts),
    AbortMultipartUpload: (request) => multipart.abortMultipartUpload(request, parts),
    ListParts: (request) => multipart.listParts(request, parts),
    ListMultipartUploads: (request) => multipart.listMultipartUploads(request, parts),
    PutObjectTagging: (request) => tagging.putObjectTagging(request, parts),
    GetObjectTagging: (request) => tagging.getObjectTagging(request, parts),
    DeleteObjectTagging: (request) => tagging.deleteObjectTagging(request, parts),
  };

  return {
    name: 's3',
    protocol: { kind: 'http', operationOf: nameOperation, handle },
    resources: tellingResources(createBucketResources(buckets, region), kept?.changed),
    async read(bucketName, key) {
      const object = buckets.get(bucketName).get(key);
      if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
      const chunks: Buffer[] = [];
      for await (const chunk of bodies.read(object.body)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    close: bodies.close,
  };

  async function handle(message: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const target = parseTarget(message);
    // A presigned URL has in its query what a signed request has in its headers.
    for (const [name, value] of target.query) {
      if (/^x-amz-(meta-.|tagging$)/i.test(name)) message.headers[name.toLowerCase()] ??= value;
    }
    const request: S3Request = {
      ...target,
      message,
      response,
      requestId: randomBytes(8).toString('hex').toUpperCase(),
      header(name) {
        const value = message.headers[name];
        return Array.isArray(value) ? value.join(',') : value;
      },
      authorize: (access) => authority?.authorize(caller, access),
      isAllowed: (access) =>
        caller.roleArn === undefined || authority?.allows(caller.roleArn, access) !== false,
    };
    // S3 names its requests in a header of its own, and clients look at the other one first.
    response.removeHeader('x-amzn-requestid');
    response.setHeader('x-amz-request-id', request.requestId);
    const operation = nameOperation(message);
    if (isStagingBucket(target.bucket, engine) && !buckets.find(target.bucket)) buckets.create(target.bucket);
    try {
      const run = operations[operation];
      if (!run) {
        throw new AwsError(
          'NotImplemented',
          `the local S3 has no ${operation}; it has ${Object.keys(operations).join(', ')}`,
          { status: 501 },
        );
      }
      for (const access of objectAccesses(operation, request)) request.authorize(access);
      await run(request);
      if (!/^(Get|Head|List)/.test(operation)) kept?.changed();
    } catch (error) {
      // The client went away in the middle of its own upload.
      if (message.destroyed && !message.complete) return;
      message.resume();
      sendS3Error(request, toAwsError(error, `s3 ${operation}`));
    }
  }
}

/** Where CDK puts assets: `cdk bootstrap` would make it, so here it is there when it is first asked for. */
function isStagingBucket(name: string, { accountId, region }: Engine): boolean {
  return new RegExp(`^cdk-[a-z0-9]{1,10}-assets-${accountId}-${region}$`).test(name);
}
