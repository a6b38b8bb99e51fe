import type { IncomingMessage } from 'node:http';

/** Who a request says it is from and for which service. The signature itself is not checked. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly service: string;
}

/**
 * Reads the SigV4 credential scope `KEY/DATE/REGION/SERVICE/aws4_request` from the Authorization header or from a
 * presigned URL. A browser's POST form carries it in its body: such a request is taken as S3's, from an unknown key.
 */
export function readCredentialScope(request: IncomingMessage): CredentialScope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ?? presignedCredential(request);
  if (credential === undefined) {
    const isForm =
      request.method === 'POST' && request.headers['content-type']?.startsWith('multipart/form-data');
    return isForm ? { accessKeyId: '', service: 's3' } : undefined;
  }
  const [service, accessKeyId] = [credential.split('/').at(-2), credential.split('/').at(-5)];
  return service && accessKeyId ? { accessKeyId, service } : undefined;
}

function presignedCredential(request: IncomingMessage): string | undefined {
  if (!request.url?.includes('X-Amz-Credential=')) return undefined;
  return new URL(request.url, 'http://localhost').searchParams.get('X-Amz-Credential') ?? undefined;
}
