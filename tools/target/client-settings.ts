import type { LocalAws } from '../local/start-local-aws.ts';

/** How the AWS SDK's clients find an engine, as whoever runs the laptop. */
export function clientSettings({ endpoint, region }: Pick<LocalAws, 'endpoint' | 'region'>) {
  return { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
