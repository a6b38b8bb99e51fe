import { expect, it } from 'vitest';
import { awaitedConsumers } from '../../../../services/images/awaited-answers.ts';
import { findImageConsumers } from '../../../../tools/demo/images/find-image-consumers.ts';

it('finds who answers for a picture in the subscriptions, first those that the verdict waits for', () => {
  const { consumers, services } = findImageConsumers();
  expect(consumers).toEqual(expect.arrayContaining(['gather-verdict', 'close-review', 'update-profile']));
  const answering = services.map(({ consumer }) => consumer);
  const awaited = awaitedConsumers.filter((consumer) => consumers.includes(consumer));
  expect(answering.slice(0, awaited.length)).toEqual(awaited);
  expect(services[0]).toEqual({ consumer: 'make-thumbnails', answer: 'ThumbnailsMade.v1' });
});

it('takes nobody for one who answers that only passes a verdict on', () => {
  const answering = findImageConsumers().services.map(({ consumer }) => consumer);
  for (const consumer of ['gather-verdict', 'close-review', 'update-profile'])
    expect(answering).not.toContain(consumer);
});
