import type { LocalAws } from '../../../tools/local/start-local-aws.ts';

/** What every SDK client of a test is made with. */
export function clientSettings({ endpoint, region }: Pick<LocalAws, 'endpoint' | 'region'>) {
  return {
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
}
