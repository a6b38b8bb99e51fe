import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { awaitedConsumers } from '../../../services/images/awaited-answers.ts';
import type { Subscription } from '../../../services/runtime/subscription.ts';

/** A consumer that answers for every picture. */
export interface ImageService {
  /** `make-thumbnails` */
  readonly consumer: string;
  /** The event it answers with: `ThumbnailsMade.v1`. */
  readonly answer: string;
}

export interface ImageConsumers {
  /** The names of all of them. */
  readonly consumers: readonly string[];
  /** Those that emit an event which says how long the answer took; the ones that the verdict waits for first, in its order. */
  readonly services: readonly ImageService[];
}

/** Who hears about pictures, read off the subscriptions: whoever is added is seen at once. */
export async function findImageConsumers(): Promise<ImageConsumers> {
  const subscriptions = await readSubscriptions();
  const rank = (consumer: string) => awaitedConsumers.indexOf(consumer) + 1 || awaitedConsumers.length + 1;
  const services = subscriptions
    .flatMap(({ name: consumer, emits }) => {
      const answer = emits.find(isAnswer);
      return answer === undefined ? [] : [{ consumer, answer }];
    })
    .sort((a, b) => rank(a.consumer) - rank(b.consumer) || a.consumer.localeCompare(b.consumer, 'en'));
  return { consumers: subscriptions.map(({ name }) => name), services };
}

async function readSubscriptions(): Promise<readonly Subscription[]> {
  const files = readdirSync(folder)
    .map((name) => join(folder, name, 'subscription.ts'))
    .filter((file) => existsSync(file));
  return Promise.all(
    files.map(async (file) => {
      const module: { readonly subscription: Subscription } = await import(pathToFileURL(file).href);
      return module.subscription;
    }),
  );
}

function isAnswer(event: string): boolean {
  const file = join(schemas, `${event}.json`);
  if (!existsSync(file)) return false;
  return JSON.parse(readFileSync(file, 'utf8')).properties.data?.properties?.tookMs !== undefined;
}

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'services/images');
const schemas = join(root, 'schemas/fanbus.images');
