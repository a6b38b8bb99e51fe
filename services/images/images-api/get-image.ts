import type { ImagesOperations } from '../../../generated/http/images.ts';
import type { Operation } from '../../runtime/http/create-api.ts';
import { etagOf } from '../../runtime/http/etag.ts';
import { derivedOf, describeReview } from './describe-review.ts';
import type { Links } from './links.ts';
import type { ReviewReader } from './review-reader.ts';

/** Says how a picture of the caller's stands, or of anybody's to an administrator. */
export function createGetImage({
  reviews,
  links,
}: {
  readonly reviews: ReviewReader;
  readonly links: Links;
}): Operation<ImagesOperations['getImage']> {
  return async ({ params: { id }, principal }) => {
    const review = await reviews.read(id);
    if (!review || (review.image.userId !== principal.sub && !principal.isAdmin)) {
      return { status: 404, problem: { detail: `you have no picture ${id}` } };
    }
    const described = describeReview(review);
    const derived = derivedOf(review);
    return {
      status: 200,
      headers: { etag: etagOf([described, derived, links.version(derived)]) },
      body: { ...described, ...(await links.link(id, derived)) },
    };
  };
}
