import type { ImagesOperations } from '../../../generated/http/images.ts';
import type { Operation } from '../../runtime/http/create-api.ts';
import { summariseReview } from './describe-review.ts';
import { readCursor, writeCursor } from './image-cursor.ts';
import type { ReviewReader } from './review-reader.ts';

/** Lists the caller's pictures, or those of one of the caller's uploads. */
export function createListImages({
  reviews,
}: {
  readonly reviews: ReviewReader;
}): Operation<ImagesOperations['listImages']> {
  return async ({ query: { uploadId, limit, cursor }, principal }) => {
    const after = cursor === undefined ? undefined : readCursor(cursor, { uploadId });
    if (after === null) {
      return {
        status: 400,
        problem: {
          detail: 'the cursor is none of this list: begin again without it',
          errors: [{ pointer: '/query/cursor', detail: 'is no nextCursor of a page of this list' }],
        },
      };
    }
    const page = await reviews.list({ userId: principal.sub, uploadId, limit, after });
    return {
      status: 200,
      body: {
        images: page.reviews.map(summariseReview),
        ...(page.next ? { nextCursor: writeCursor(page.next) } : {}),
      },
    };
  };
}
