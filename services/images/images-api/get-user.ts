import type { ImagesOperations } from '../../../generated/http/images.ts';
import type { Operation } from '../../runtime/http/create-api.ts';
import { etagOf } from '../../runtime/http/etag.ts';
import type { Links } from './links.ts';
import type { ProfileReader } from './profile-reader.ts';

/**
 * Says which picture is shown of the caller, or of anybody to an administrator. To others nothing is said: it can be opened later, and
 * could not be closed.
 */
export function createGetUser({
  profiles,
  links,
}: {
  readonly profiles: ProfileReader;
  readonly links: Links;
}): Operation<ImagesOperations['getUser']> {
  return async ({ params: { id }, principal }) => {
    const profile = id === principal.sub || principal.isAdmin ? await profiles.read(id) : undefined;
    if (!profile) return { status: 404, problem: { detail: `you have no user ${id}` } };
    const { upload, picture } = profile;
    const shown = picture && { imageId: picture.image.imageId, thumbnails: picture.thumbnails };
    const user = {
      userId: id,
      ...(upload
        ? { upload: { imageId: upload.image.imageId, status: upload.status, reasons: upload.reasons } }
        : {}),
    };
    return {
      status: 200,
      headers: { etag: etagOf([user, shown, shown && links.version(shown)]) },
      body: {
        ...user,
        ...(shown
          ? { picture: { imageId: shown.imageId, ...(await links.link(shown.imageId, shown)) } }
          : {}),
      },
    };
  };
}
