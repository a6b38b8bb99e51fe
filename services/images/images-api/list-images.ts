import type { ImagesOperations } from '../../../generated/http/images.ts';
import type { Operation } from '../../runtime/http/create-api.ts';
import { notYours, ownerFor } from '../../runtime/http/owner-for.ts';
import { summariseReview } from './describe-review.ts';
import { readCursor, writeCursor } from './image-cursor.ts';
import type { ReviewReader } from './review-reader.ts';

/** Lists the caller's pictures, or for an admin those of the owner that is named; all of them, or those of one upload. */
export function createListImages({
  reviews,
}: {
  readonly reviews: ReviewReader;
}): Operation<ImagesOperations['listImages']> {
  return async ({ query, principal }) => {
    const { uploadId, limit, cursor } = query;
    const userId = ownerFor(principal, query.owner);
    if (userId === undefined) return notYours;
    const after = cursor === undefined ? undefined : readCursor(userId, cursor, { uploadId });
    if (after === null) {
      return {
        status: 400,
        problem: {
          detail: 'the cursor is none of this list: begin again without it',
          errors: [{ pointer: '/query/cursor', detail: 'is no nextCursor of a page of this list' }],
        },
      };
    }
    const page = await reviews.list({ userId, uploadId, limit, after });
    return {
      status: 200,
      body: {
        images: page.reviews.map(summariseReview),
        ...(page.next ? { nextCursor: writeCursor(userId, page.next) } : {}),
      },
    };
  };
}
