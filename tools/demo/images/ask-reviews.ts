import { setTimeout as wait } from 'node:timers/promises';
import type { Image, ImageStatus } from '../../../generated/http/images.ts';
import { printable } from '../../printable.ts';
import type { ApiClient } from '../api-client.ts';
import type { Picture } from './list-pictures.ts';
import type { PictureRecord } from './picture-board.ts';

export interface AskedReviews {
  /** What the API says, by picture. */
  readonly images: ReadonlyMap<Picture, Image>;
  /** Where it says something else than the bus did, or gives a link that does not work. */
  readonly problem?: string;
}

/** Asks the API, as their users would, for every picture that has a verdict, until it says the same verdict, for seconds at most. */
export async function askReviews({
  records,
  apiOf,
  signal,
}: {
  readonly records: readonly PictureRecord[];
  readonly apiOf: (picture: Picture) => ApiClient;
  readonly signal: AbortSignal;
}): Promise<AskedReviews> {
  const images = new Map<Picture, Image>();
  const problems: string[] = [];
  const rest = records.values();
  const askOneByOne = async () => {
    for (const { picture, review, upload, uploadedAt } of rest) {
      if (!review || !upload || uploadedAt === undefined) continue;
      const image = await ask(apiOf(picture), { uploadId: upload.uploadId, expected: review.verdict });
      if (image) images.set(picture, image);
      const problem =
        image?.status === review.verdict
          ? await problemOfLink(image)
          : `GET /images/{id} says ${image?.status ?? 'nothing'}, the bus ${review.verdict}`;
      if (problem !== undefined) problems.push(`${printable(picture.name)}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, askOneByOne));
  const problem =
    problems.length > 0
      ? `the API is wrong about ${problems.length} pictures (${problems.slice(0, 5).join('; ')}).`
      : undefined;
  return { images, ...(problem !== undefined && { problem }) };

  async function ask(
    api: ApiClient,
    { uploadId, expected }: { readonly uploadId: string; readonly expected: ImageStatus },
  ): Promise<Image | undefined> {
    for (let tries = 1; ; tries += 1) {
      const [found] = (await api.ask('listImages', { query: { uploadId } })).images;
      const image = found && (await api.ask('getImage', { path: { id: found.id } }));
      if (image?.status === expected || tries === TRIES) return image;
      await wait(POLL_MS, undefined, { signal });
    }
  }

  async function problemOfLink({ thumbnails: [first] }: Image): Promise<string | undefined> {
    if (!first) return undefined;
    const response = await fetch(first.url, { signal });
    const { byteLength } = await response.arrayBuffer();
    if (response.ok && byteLength === first.bytes) return undefined;
    return `the link to its first thumbnail answers ${response.status} with ${byteLength} bytes, not ${first.bytes}`;
  }
}

const AT_A_TIME = 4;
const POLL_MS = 250;
const TRIES = 40;
