import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import type { NewImageUpload } from '../../../generated/http/images.ts';
import type { ApiClient } from '../api-client.ts';
import { postForm } from '../post-form.ts';
import { uploadName } from '../upload-name.ts';
import type { Picture } from './list-pictures.ts';
import type { BoardChange, PictureBoard } from './picture-board.ts';

/** Uploads the files as their users would, a few at a time and in their order, each of any size in little memory. */
export async function uploadPictures({
  pictures,
  board,
  apiOf,
  signal,
  onRefused,
}: {
  readonly pictures: readonly Picture[];
  readonly board: PictureBoard;
  readonly apiOf: (picture: Picture) => ApiClient;
  readonly signal: AbortSignal;
  readonly onRefused: (change: BoardChange) => void;
}): Promise<void> {
  const rest = pictures.values();
  const uploadOneByOne = async () => {
    for (const picture of rest) {
      const { file, bytes } = picture;
      const body = { name: uploadName(picture.name), contentType: typeOf(file) };
      const { uploadId, ...form } = await apiOf(picture).ask('startImageUpload', { body });
      board.begin(picture, { uploadId, key: form.fields.key ?? '' });
      const refusal = await postForm({ form, content: createReadStream(file), bytes, signal });
      if (refusal === undefined) board.uploaded(picture, Date.now());
      else onRefused(board.refuse(picture, refusal));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, uploadOneByOne));
}

const AT_A_TIME = 4;

/** By the file's name, as a browser does: its content decides afterwards. */
function typeOf(file: string): NewImageUpload['contentType'] {
  return types.get(extname(file).toLowerCase()) ?? 'image/jpeg';
}

const types: ReadonlyMap<string, NewImageUpload['contentType']> = new Map([
  ['.png', 'image/png'],
  ['.webp', 'image/webp'],
  ['.gif', 'image/gif'],
  ['.avif', 'image/avif'],
  ['.heif', 'image/heif'],
  ['.heic', 'image/heic'],
]);
