/**
 * What an AWS client's error says to whoever ran a command, if that is all there is to know: AWS refused, has no credentials for it,
 * or cannot be reached. Undefined for everything else, which is a bug of ours.
 */
export function explainAwsError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isRefusal(error)) {
    const { httpStatusCode, requestId } = error.$metadata;
    return `AWS refused it: ${error.name}: ${error.message} (HTTP ${httpStatusCode}, request ${requestId ?? 'without an id'}).`;
  }
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError') {
    return `no credentials for AWS: ${error.message} Name a --profile, sign in (aws sso login), or leave out --profile and --region for the local AWS.`;
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && UNREACHABLE.has(code)) return `AWS cannot be reached: ${error.message || code}.`;
  return undefined;
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

interface Refusal extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId?: string };
}

function isRefusal(error: Error): error is Refusal {
  return '$metadata' in error && (error as Refusal).$metadata?.httpStatusCode !== undefined;
}
