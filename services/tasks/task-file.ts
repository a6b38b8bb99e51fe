import { nameUuid } from '../runtime/name-uuid.ts';

/** One upload of one object. */
export interface TaskFile {
  readonly taskFileId: string;
  readonly owner: string;
  /** The upload it came by, when that began at the API. */
  readonly uploadId?: string;
  /** As people know it. */
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
}

export type TaskFileStatus = 'NEW' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export const TASK_FILES_PREFIX = 'task-files/';
/** Events leave room for so much. */
export const OWNER_MAX_BYTES = 128;

/**
 * Which file an uploaded object is. The sequencer tells one upload of a key from the next, so an S3 event delivered twice
 * is the same file. The key `task-files/<owner>/<name>` names the owner, `task-files/<owner>/<uploadId>/<name>` the upload
 * too; the owner of any other is `shared`.
 */
export function identifyTaskFile({
  bucket,
  object,
}: {
  readonly bucket: { readonly name: string };
  readonly object: { readonly key: string; readonly etag: string; readonly sequencer: string };
}): TaskFile {
  const path = object.key.slice(TASK_FILES_PREFIX.length);
  const slash = path.indexOf('/');
  const owner = path.slice(0, Math.max(slash, 0));
  const name = path.slice(slash + 1) || path;
  const upload = owner === '' ? null : OF_UPLOAD.exec(name);
  return {
    taskFileId: nameUuid(`fanbus.tasks/${bucket.name}/${object.key}#${object.sequencer}`),
    owner: owner || 'shared',
    ...(upload ? { uploadId: upload[1], name: upload[2] ?? name } : { name }),
    bucket: bucket.name,
    key: object.key,
    etag: object.etag,
  };
}

/** A name that begins with a folder named for an upload: `<uploadId>/<name>`. */
const OF_UPLOAD = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(.+)$/s;

/** Where an upload's file goes: what `identifyTaskFile` reads back. */
export function uploadKey(file: {
  readonly owner: string;
  readonly uploadId: string;
  readonly name: string;
}): string {
  return `${TASK_FILES_PREFIX}${file.owner}/${file.uploadId}/${file.name}`;
}
