import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSubscriptions } from '../../../infra/read-subscriptions.ts';
import { awaitedConsumers } from '../../../services/images/awaited-answers.ts';

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

/** Who says something about pictures, read off the subscriptions: whoever is added is seen at once. */
export function findImageConsumers(): ImageConsumers {
  const subscriptions = readSubscriptions(root).filter(({ emits }) => emits.some(isAboutPictures));
  const rank = (consumer: string) => awaitedConsumers.indexOf(consumer) + 1 || awaitedConsumers.length + 1;
  const services = subscriptions
    .flatMap(({ name: consumer, emits }) => {
      const answer = emits.filter(isAboutPictures).find(isAnswer);
      return answer === undefined ? [] : [{ consumer, answer }];
    })
    .sort((a, b) => rank(a.consumer) - rank(b.consumer) || a.consumer.localeCompare(b.consumer, 'en'));
  return { consumers: subscriptions.map(({ name }) => name), services };
}

function isAboutPictures(event: string): boolean {
  return existsSync(schemaOf(event));
}

function isAnswer(event: string): boolean {
  return JSON.parse(readFileSync(schemaOf(event), 'utf8')).properties.data?.properties?.tookMs !== undefined;
}

const root = join(import.meta.dirname, '../../..');
const schemaOf = (event: string) => join(root, 'schemas/fanbus.images', `${event}.json`);
