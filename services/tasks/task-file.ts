import { nameUuid } from '../runtime/name-uuid.ts';

/** One upload of one object. */
export interface TaskFile {
  readonly taskFileId: string;
  readonly owner: string;
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
 * is the same file. The key `task-files/<owner>/<name>` names the owner; any other is `shared`.
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
  return {
    taskFileId: nameUuid(`fanbus.tasks/${bucket.name}/${object.key}#${object.sequencer}`),
    owner: path.slice(0, Math.max(slash, 0)) || 'shared',
    name: path.slice(slash + 1) || path,
    bucket: bucket.name,
    key: object.key,
    etag: object.etag,
  };
}
