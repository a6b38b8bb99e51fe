import { nameUuid } from '../runtime/name-uuid.ts';

/** One upload of one picture: what every consumer of pictures is told and passes on. */
export interface Image {
  readonly imageId: string;
  readonly userId: string;
  readonly bucket: string;
  readonly key: string;
  /** Without quotes: pins the bytes. */
  readonly etag: string;
  /** S3's order of uploads, hexadecimal. */
  readonly sequencer: string;
  readonly bytes: number;
}

/** Where what lies in the bucket of pictures. Only new objects under `uploads` are told to the bus. */
export const imagePrefixes = {
  /** `profile-pictures/<userId>/<name>`, and those that came by the API `profile-pictures/<userId>/<uploadId>/<name>`. */
  uploads: 'profile-pictures/',
  /** `derived/<imageId>/<name>`: what consumers make of a picture. */
  derived: 'derived/',
  /** `quarantine/<imageId>/<name>`: pictures with a threat in them. */
  quarantine: 'quarantine/',
} as const;

/** What every consumer of uploaded pictures hears. No wildcard: of the rules on one bus, 30 may have one. */
export const pictureUploaded = {
  event: 'aws.s3/Object Created',
  detail: { object: { key: [{ prefix: imagePrefixes.uploads }] } },
} as const;

/** Events leave room for so much. */
const USER_ID_MAX_CHARACTERS = 128;

/**
 * Which upload an event is about. The sequencer tells one upload of a key from the next, so an S3 event delivered twice is
 * the same picture. Undefined when the key is not `profile-pictures/<userId>/<name>` with a user id of 1 to 128 characters.
 */
export function identifyImage({
  bucket,
  object,
}: {
  readonly bucket: { readonly name: string };
  readonly object: {
    readonly key: string;
    readonly etag: string;
    readonly sequencer: string;
    readonly size: number;
  };
}): Image | undefined {
  const [userId = '', ...name] = object.key.slice(imagePrefixes.uploads.length).split('/');
  const isUpload = object.key.startsWith(imagePrefixes.uploads) && name.join('') !== '';
  if (!isUpload || userId === '' || userId.length > USER_ID_MAX_CHARACTERS) return undefined;
  return {
    imageId: nameUuid(`fanbus.images/${bucket.name}/${object.key}#${object.sequencer}`),
    userId,
    bucket: bucket.name,
    key: object.key,
    etag: object.etag,
    sequencer: object.sequencer,
    bytes: object.size,
  };
}

/** What a picture is called, and the upload that the API began for it if it came that way. */
export function nameOf({ key, userId }: Pick<Image, 'key' | 'userId'>): {
  readonly name: string;
  readonly uploadId?: string;
} {
  const path = key.slice(`${imagePrefixes.uploads}${userId}/`.length);
  const [, uploadId, name] = UPLOAD.exec(path) ?? [];
  return uploadId !== undefined && name !== undefined ? { name, uploadId } : { name: path };
}

const UPLOAD = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(.+)$/s;
