import type { AnswerEvent } from '../../../services/images/gather-verdict/judge.ts';
import { type Image, identifyImage } from '../../../services/images/image.ts';
import type { RefusalCode } from '../../../services/images/unusable-image-error.ts';
import type { DataOf, EventOf, OwnEventType } from '../../../services/runtime/event.ts';

export type AnswerType = AnswerEvent['detail-type'];

const envelope = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  account: '000000000000',
  time: '2026-11-21T09:30:00Z',
  region: 'us-east-1',
  resources: [],
} as const;

let uploads = 0;

/** The event of a picture's upload: another upload at every call, newer than those before. */
export function uploaded({
  key = 'profile-pictures/ada/me.png',
  sequencer = `617f08299329d${(uploads++).toString(16).padStart(6, '0')}`,
}: {
  readonly key?: string;
  readonly sequencer?: string;
} = {}): EventOf<'Object Created'> {
  return {
    ...envelope,
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'images' }, object: { key, size: 389_231, etag: 'b194', sequencer } },
  };
}

/** The picture that an upload is about. */
export function imageOf(event: EventOf<'Object Created'>): Image {
  const image = identifyImage(event.detail);
  if (!image) throw new Error(`${event.detail.object.key} is no picture`);
  return image;
}

/** An event of ours about pictures. */
export function said<Type extends OwnEventType>(type: Type, data: DataOf<Type>): EventOf<Type> {
  return {
    ...envelope,
    source: 'fanbus.images',
    'detail-type': type,
    detail: {
      metadata: {
        eventId: '0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12',
        correlationId: 'chain-1',
        occurredAt: '2026-11-21T09:30:00.000Z',
        producer: 'test',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
      data,
    },
  } as unknown as EventOf<Type>;
}

export const thumbnail = {
  key: 'derived/8d3f6c1e/square-256.webp',
  variant: 'square',
  size: 256,
  width: 256,
  height: 256,
  format: 'webp',
  bytes: 8342,
} as const;

/** The answers about a picture with which nothing is wrong. */
export const good = {
  'ThumbnailsMade.v1': (image: Image) =>
    said('ThumbnailsMade.v1', {
      image,
      tookMs: 84,
      result: { width: 512, height: 512, format: 'png', pages: 1, thumbnails: [thumbnail] },
    }),
  'ImageScanned.v1': (image: Image) =>
    said('ImageScanned.v1', {
      image,
      tookMs: 12,
      result: { clean: true, engines: ['yara-x'], threats: [] },
    }),
  'ImageModerated.v1': (image: Image) =>
    said('ImageModerated.v1', {
      image,
      tookMs: 68,
      result: {
        decision: 'approve',
        labels: [{ label: 'Neutral', confidence: 0.9 }],
        reasons: [],
        model: 'm',
      },
    }),
  'FacesDetected.v1': (image: Image) => faces(image, 1),
} satisfies Record<AnswerType, (image: Image) => AnswerEvent>;

export function faces(image: Image, count: number) {
  const result = { width: 512, height: 512, count, faces: [], model: 'm' };
  return said('FacesDetected.v1', { image, tookMs: 217, result });
}

export function threat(image: Image) {
  const eicar = { engine: 'yara-x', rule: 'eicar_test_file', description: 'The EICAR test file' };
  const result = {
    clean: false,
    engines: ['yara-x'],
    threats: [eicar],
    quarantineKey: 'quarantine/x/me.png',
  };
  return said('ImageScanned.v1', { image, tookMs: 12, result });
}

export function moderated(image: Image, decision: 'review' | 'reject', reasons: string[]) {
  return said('ImageModerated.v1', {
    image,
    tookMs: 68,
    result: { decision, labels: [], reasons, model: 'm' },
  });
}

export function refused(
  type: AnswerType,
  image: Image,
  code: RefusalCode,
  reason = `it is ${code}`,
): AnswerEvent {
  return said(type, { image, tookMs: 1, refusal: { code, reason } });
}

/** All four answers, good ones but for those given. */
export function answers(image: Image, others: readonly AnswerEvent[] = []): AnswerEvent[] {
  return Object.values(good).map((make) => {
    const event = make(image);
    return others.find((other) => other['detail-type'] === event['detail-type']) ?? event;
  });
}
