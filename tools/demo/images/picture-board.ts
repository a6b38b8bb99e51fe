import type { DataOf, Envelope, EventOf, OwnEventType } from '../../../services/runtime/event.ts';
import type { ImageService } from './find-image-consumers.ts';
import type { Picture } from './list-pictures.ts';

/** What is known of one picture: what was said about it so far. */
export interface PictureRecord {
  readonly picture: Picture;
  /** The upload that the API has begun for it. */
  readonly upload?: PictureUpload;
  /** When its upload was done, in milliseconds since 1970. */
  readonly uploadedAt?: number;
  readonly imageId?: string;
  /** The ids under which our bus told of the upload: one, unless S3 said it twice. */
  readonly eventIds: readonly string[];
  /** By consumer. */
  readonly answers: ReadonlyMap<string, ServiceAnswer>;
  /** Of several verdicts the one with the most answers; of a picture that S3 refuses, that refusal. */
  readonly review?: Verdict;
  /** When the first verdict was said. */
  readonly reviewedAt?: number;
  /** What the user's record says of it. */
  readonly profile?: DataOf<'ProfilePictureChanged.v1'>['status'];
}

type Verdict = Omit<DataOf<'ImageReviewed.v1'>, 'image'>;

export interface PictureUpload {
  readonly uploadId: string;
  /** Where in the bucket it goes. */
  readonly key: string;
}

/** A service's first answer; another one to the same upload says the same. */
export interface ServiceAnswer {
  readonly event: string;
  readonly tookMs: number;
  /** When it began and when it answered, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly answeredAt: number;
  readonly result?: object;
  readonly refusal?: { readonly code: string; readonly reason: string };
}

/** What an event changed. */
export type BoardChange =
  | { readonly kind: 'answer'; readonly record: PictureRecord; readonly service: ImageService }
  | { readonly kind: 'verdict'; readonly record: PictureRecord };

/** Where everything that is said about some pictures comes together, in whatever order and however often it is said. */
export interface PictureBoard {
  /** In the order of the pictures. */
  records(): readonly PictureRecord[];
  /** From now on, what is said of this upload is said of the picture. */
  begin(picture: Picture, upload: PictureUpload): void;
  uploaded(picture: Picture, atMs: number): void;
  /** Nobody will hear of what S3 does not take. */
  refuse(picture: Picture, reason: string): BoardChange;
  /** Takes in an event of our bus; undefined when it says nothing new about these pictures. */
  hear(event: Envelope): BoardChange | undefined;
}

export function createPictureBoard({
  pictures,
  services,
}: {
  readonly pictures: readonly Picture[];
  readonly services: readonly ImageService[];
}): PictureBoard {
  const byPicture = new Map<Picture, PictureRecord>(
    pictures.map((picture) => [picture, { picture, eventIds: [], answers: new Map() }]),
  );
  const byKey = new Map<string, Picture>();
  const answering = new Map(services.map((service) => [service.answer, service]));

  const change = (picture: Picture, changes: Partial<PictureRecord>): PictureRecord => {
    const unchanged = byPicture.get(picture) ?? { picture, eventIds: [], answers: new Map() };
    const changed = { ...unchanged, ...changes };
    byPicture.set(picture, changed);
    return changed;
  };

  return {
    records: () => [...byPicture.values()],
    begin(picture, upload) {
      byKey.set(upload.key, picture);
      change(picture, { upload });
    },
    uploaded(picture, atMs) {
      change(picture, { uploadedAt: atMs });
    },
    refuse(picture, reason) {
      const nothing = { answers: [], answered: 0, missing: [], thumbnails: [] };
      const review: Verdict = { verdict: 'rejected', reasons: [reason], ...nothing };
      return { kind: 'verdict', record: change(picture, { review }) };
    },
    hear(event) {
      const picture = byKey.get(pictureKeyOf(event) ?? '');
      const record = picture && byPicture.get(picture);
      if (!record) return undefined;
      if (event['detail-type'] === 'Object Created') {
        if (!record.eventIds.includes(event.id)) {
          change(record.picture, { eventIds: [...record.eventIds, event.id] });
        }
        return undefined;
      }
      if (is(event, 'ProfilePictureChanged.v1')) {
        const { image, status } = event.detail.data;
        // A replay of what came first must not hide what came last.
        if (status !== 'pending' || record.profile === undefined) {
          change(record.picture, { imageId: image.imageId, profile: status });
        }
        return undefined;
      }
      if (is(event, 'ImageReviewed.v1')) return hearVerdict(record, event);
      const service = answering.get(event['detail-type']);
      return service && hearAnswer(record, service, event);
    },
  };

  function hearVerdict(record: PictureRecord, event: EventOf<'ImageReviewed.v1'>): BoardChange | undefined {
    const { data, metadata } = event.detail;
    if (record.review !== undefined && data.answered <= record.review.answered) return undefined;
    const reviewedAt = record.reviewedAt ?? Date.parse(metadata.occurredAt);
    const { imageId } = data.image;
    return { kind: 'verdict', record: change(record.picture, { imageId, review: data, reviewedAt }) };
  }

  function hearAnswer(
    record: PictureRecord,
    service: ImageService,
    { detail, 'detail-type': type }: Envelope,
  ): BoardChange | undefined {
    if (record.answers.has(service.consumer)) return undefined;
    // That it is an answer was read off its schema, by which it was validated.
    const { data, metadata } = detail as EventOf<'ThumbnailsMade.v1'>['detail'];
    const { image, result, refusal, tookMs } = data;
    const answeredAt = Date.parse(metadata.occurredAt);
    const answer = {
      event: type,
      tookMs,
      startedAt: answeredAt - tookMs,
      answeredAt,
      ...(result && { result }),
      ...(refusal && { refusal }),
    };
    const answers = new Map(record.answers).set(service.consumer, answer);
    return { kind: 'answer', service, record: change(record.picture, { imageId: image.imageId, answers }) };
  }
}

/** The result of an answer, if it is one with this event. */
export function resultOf<Type extends AnswerType>(
  { event, result }: ServiceAnswer,
  type: Type,
): NonNullable<DataOf<Type>['result']> | undefined {
  return event === type ? (result as NonNullable<DataOf<Type>['result']>) : undefined;
}

type AnswerType = {
  [Type in OwnEventType]: DataOf<Type> extends { readonly tookMs: number; readonly result?: object }
    ? Type
    : never;
}[OwnEventType];

/** The key of the upload that an event is about. */
function pictureKeyOf({ detail }: Envelope): string | undefined {
  const { object, data } = detail as {
    readonly object?: { readonly key?: string };
    readonly data?: { readonly image?: { readonly key?: string } };
  };
  return object?.key ?? data?.image?.key;
}

function is<Type extends OwnEventType>(event: Envelope, type: Type): event is EventOf<Type> {
  return event['detail-type'] === type;
}
