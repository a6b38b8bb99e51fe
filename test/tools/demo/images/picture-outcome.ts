import type { Image } from '../../../../services/images/image.ts';
import type { DataOf, Envelope } from '../../../../services/runtime/event.ts';
import type { ImageService } from '../../../../tools/demo/images/find-image-consumers.ts';
import type { Picture } from '../../../../tools/demo/images/list-pictures.ts';
import { createPictureBoard } from '../../../../tools/demo/images/picture-board.ts';
import type { ImagesDemoOutcome, PictureOutcome } from '../../../../tools/demo/images/run-images-demo.ts';
import { imageOf, said, uploaded } from '../../../services/images/image-events.ts';

export const services: readonly ImageService[] = [
  { consumer: 'make-thumbnails', answer: 'ThumbnailsMade.v1' },
  { consumer: 'scan-image', answer: 'ImageScanned.v1' },
  { consumer: 'moderate-image', answer: 'ImageModerated.v1' },
  { consumer: 'detect-faces', answer: 'FacesDetected.v1' },
  { consumer: 'sing-a-song', answer: 'SongSung.v1' },
];

export function pictureNamed(name: string, user = 'ada'): Picture {
  return { file: `pictures/${name}`, name, user, bytes: 389_231 };
}

/** The upload of a picture as our bus tells of it, and the picture as its consumers know it. */
export function uploadOf({ name, user }: Picture): { readonly event: Envelope; readonly image: Image } {
  const event = uploaded({ key: `profile-pictures/${user}/${UPLOAD_ID}/${name}` });
  return { event, image: imageOf(event) };
}

/** A picture of which this was said, each event at the moment it names; the upload was done a second before all of it. */
export function pictureOutcome(
  picture: Picture,
  eventsAbout: (image: Image) => readonly Envelope[],
): PictureOutcome {
  const { event, image } = uploadOf(picture);
  const board = createPictureBoard({ pictures: [picture], services });
  board.begin(picture, { uploadId: UPLOAD_ID, key: image.key });
  board.uploaded(picture, UPLOADED_AT);
  for (const one of [event, ...eventsAbout(image)]) board.hear(one);
  const [record] = board.records();
  if (!record) throw new Error('the board lost the picture');
  return {
    record,
    services: services.map((service) => ({
      service,
      queuedAt: UPLOADED_AT + 20,
      answer: record.answers.get(service.consumer),
    })),
    ...(record.reviewedAt !== undefined && { seconds: (record.reviewedAt - UPLOADED_AT) / 1000 }),
  };
}

export function imagesOutcome(pictures: readonly PictureOutcome[]): ImagesDemoOutcome {
  return { pictures, events: new Map(), seconds: 1.5, steppedSeconds: 0, costUsd: 0.0012 };
}

export function reviewed(image: Image, changes: Partial<DataOf<'ImageReviewed.v1'>> = {}): Envelope {
  return said('ImageReviewed.v1', {
    image,
    verdict: 'approved',
    reasons: [],
    answers: [],
    answered: 4,
    missing: [],
    thumbnails: [],
    ...changes,
  });
}

/** A service that is not known yet: what it says has no schema. */
export function sang(image: Image, result: object): Envelope {
  const event = said('ImageScanned.v1', { image, tookMs: 5 });
  return {
    ...event,
    'detail-type': 'SongSung.v1',
    detail: { ...event.detail, data: { image, tookMs: 5, result } },
  };
}

export const UPLOAD_ID = '01993d1e-7a70-7cc0-8000-1b2c3d4e5f61';

const UPLOADED_AT = Date.parse('2026-11-21T09:29:59.000Z');
