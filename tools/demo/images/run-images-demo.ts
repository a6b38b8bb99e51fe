import { setTimeout as wait } from 'node:timers/promises';
import type { Image } from '../../../generated/http/images.ts';
import { watchBill } from '../../bill/watch-bill.ts';
import { listen } from '../../listen.ts';
import type { Observation } from '../../local/observations.ts';
import { user } from '../../local/wire/callers.ts';
import { printable } from '../../printable.ts';
import type { System } from '../../start-system.ts';
import { rejectOnAbort } from '../../stop-signal.ts';
import { clientSettings } from '../../target/client-settings.ts';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { countEvents } from '../count-events.ts';
import { type AskedReviews, askReviews } from './ask-reviews.ts';
import { findImageConsumers, type ImageService } from './find-image-consumers.ts';
import { createImagesView } from './images-view.ts';
import type { Picture } from './list-pictures.ts';
import { createPictureBoard, type PictureRecord, type ServiceAnswer } from './picture-board.ts';
import { uploadPictures } from './upload-pictures.ts';
import { watchWork } from './watch-work.ts';

export interface ImagesDemoOutcome {
  readonly pictures: readonly PictureOutcome[];
  /** Events on our bus, by detail-type. */
  readonly events: ReadonlyMap<string, number>;
  /** From the first upload's begin to the last answer. */
  readonly seconds: number;
  /** By how much the engine's clock was stepped, because the verdicts waited for answers that did not come. */
  readonly steppedSeconds: number;
  readonly costUsd: number;
  /** What is wrong with the run, if anything. */
  readonly problem?: string;
}

export interface PictureOutcome {
  readonly record: PictureRecord;
  readonly services: readonly ServiceOutcome[];
  /** What the API says of it at the end; undefined for a picture without a verdict. */
  readonly image?: Image;
  /** From the upload's end to the verdict; undefined without one. */
  readonly seconds?: number;
}

export interface ServiceOutcome {
  readonly service: ImageService;
  /** When the upload was in the service's queue, in milliseconds since 1970. */
  readonly queuedAt?: number;
  /** Undefined: it is missing. */
  readonly answer?: ServiceAnswer;
}

/** Uploads pictures, each as a user of the API, follows what every service says of them, and steps the engine's clock for what never comes. */
export async function runImagesDemo({
  system,
  pictures,
  screen,
  signal,
}: {
  readonly system: System;
  readonly pictures: readonly Picture[];
  readonly screen: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}): Promise<ImagesDemoOutcome> {
  const { aws, names } = system;
  const settings = clientSettings(aws);
  const deployed = new Set(aws.queues.list().map(({ name }) => name));
  const { consumers, services: allServices } = findImageConsumers();
  const services = allServices.filter(({ consumer }) => deployed.has(names.consumer(consumer)));
  const board = createPictureBoard({ pictures, services });

  const work = watchWork({ aws, bus: names.bus, queues: new Set(consumers.map(names.consumer)) });
  const workOf = ({ eventIds }: PictureRecord, { consumer }: ImageService) =>
    eventIds.map((id) => work.of(id, names.consumer(consumer))).find((one) => one !== undefined);
  const view = createImagesView({ stream: screen, services, workOf });

  const apis = new Map<string, ApiClient>();
  const listener = await listen({
    settings,
    bus: names.bus,
    pattern: { account: [aws.accountId] },
    onEvent(event) {
      const change = board.hear(event);
      if (change) view.heard(change);
    },
  });
  const listenerQueue = aws.queues.list().find(({ name }) => name === listener.name);
  const events = countEvents(aws.observations, names.bus);
  const bill = watchBill(aws.observations, {
    archivedBuses: [names.bus],
    ignore: (observation) => isOfListener(observation, listener.name),
  });
  const startedAt = Date.now();
  let steppedSeconds = 0;
  let isUploaded = false;
  let isOver = false;
  let asked: AskedReviews = { images: new Map() };
  try {
    await Promise.race([
      uploadAndFollow(),
      // Neither resolves; but when one rejects, all is over.
      listener.ended,
      rejectOnAbort(signal),
    ]);
  } finally {
    isOver = true;
    for (const watch of [work, events, bill]) watch.stop();
    await listener.close();
  }

  const records = board.records();
  const problem = problemOf(records) ?? asked.problem;
  return {
    pictures: records.map((record) => ({
      record,
      image: asked.images.get(record.picture),
      services: services.map((service) => ({
        service,
        queuedAt: workOf(record, service)?.queuedAt,
        answer: record.answers.get(service.consumer),
      })),
      ...(record.uploadedAt !== undefined &&
        record.reviewedAt !== undefined && {
          seconds: secondsBetween(record.uploadedAt, record.reviewedAt),
        }),
    })),
    events: events.counts,
    seconds: secondsBetween(
      startedAt,
      records.map(endOf).reduce((a, b) => Math.max(a, b), startedAt),
    ),
    steppedSeconds,
    costUsd: bill.bill().totalUsd,
    ...(problem !== undefined && { problem }),
  };

  async function uploadAndFollow(): Promise<void> {
    await Promise.all([upload(), follow()]);
    view.draw(board.records());
    view.finish();
    asked = await askReviews({ records: board.records(), apiOf, signal });
  }

  function apiOf({ user }: Picture): ApiClient {
    const api = apis.get(user) ?? createApiClient({ system, user, signal });
    apis.set(user, api);
    return api;
  }

  async function upload(): Promise<void> {
    await uploadPictures({ pictures, board, apiOf, signal, onRefused: view.heard });
    isUploaded = true;
  }

  /** Redraws until nothing is left to do and every picture has its verdict, or none can come any more. */
  async function follow(): Promise<void> {
    for (let idleLooks = 0; !isOver; ) {
      view.draw(board.records());
      await wait(100);
      idleLooks = isUploaded && work.isIdle() && isListenerIdle() ? idleLooks + 1 : 0;
      // Once is not enough: what S3 has announced may be on its way to our bus.
      if (idleLooks < 2) continue;
      const open = board.records().filter(({ review }) => review === undefined);
      if (open.length === 0 || steppedSeconds >= STEPS_END_SECONDS) return;
      stepClock(open);
      idleLooks = 0;
    }
  }

  function isListenerIdle(): boolean {
    const { visible, inFlight } = listenerQueue?.depth() ?? { visible: 0, inFlight: 0 };
    return visible + inFlight === 0;
  }

  /** Brings back what waits for its time: retries, and the deadline of a verdict. */
  function stepClock(open: readonly PictureRecord[]): void {
    if (steppedSeconds === 0) {
      view.note(
        `Nothing is left to do but to wait, ${open.length} of ${pictures.length} without a verdict: the engine's clock is stepped.`,
      );
    }
    steppedSeconds += STEP_SECONDS;
    aws.clock.advance(STEP_SECONDS * 1000);
  }
}

/** Less than the verdict's deadline, so that what is to be tried again before is tried again before. */
const STEP_SECONDS = 20;

/** Longer than a queue delays and a message that crashed its function stays hidden. */
const STEPS_END_SECONDS = 3_600;

function isOfListener(observation: Observation, name: string): boolean {
  if (observation.kind === 'enqueued' || observation.kind === 'received') return observation.queue === name;
  // The demo itself asks S3 and the API only.
  return observation.kind === 'requested' && observation.caller === user.name && observation.service !== 's3';
}

function endOf({ answers, reviewedAt = 0 }: PictureRecord): number {
  return [...answers.values()].reduce((end, { answeredAt }) => Math.max(end, answeredAt), reviewedAt);
}

function secondsBetween(from: number, to: number): number {
  return Number((Math.max(to - from, 0) / 1000).toFixed(2));
}

function problemOf(records: readonly PictureRecord[]): string | undefined {
  const open = records.filter(({ review }) => review === undefined);
  if (open.length === 0) return undefined;
  const names = open.slice(0, 5).map(({ picture }) => printable(picture.name));
  return `no verdict for ${open.length} of ${records.length} pictures (${names.join(', ')}${open.length > 5 ? ', …' : ''}): look into the dead-letter queues of gather-verdict and close-review.`;
}
