import type { ConsumedBy } from '../../runtime/delivery.ts';
import type { DataOf, Envelope, EventOf } from '../../runtime/event.ts';
import type { Log } from '../../runtime/log.ts';
import { done, type Outcome } from '../../runtime/outcome.ts';
import { identifyImage } from '../image.ts';
import { parkUnidentified } from '../park-unidentified.ts';
import type { Profiles } from './profiles.ts';
import { rankOf } from './rank.ts';
import type { subscription } from './subscription.ts';

export interface UpdaterOptions {
  readonly profiles: Profiles;
  readonly publish: (
    type: 'ProfilePictureChanged.v1',
    data: Change,
    options: { readonly causedBy: Envelope },
  ) => Promise<unknown>;
}

type Change = DataOf<'ProfilePictureChanged.v1'>;
type Heard = EventOf<ConsumedBy<typeof subscription>>;

/**
 * Handles the upload of a picture and the verdicts on it. A change is said once it is on the record, and noted as said: so it
 * is said at least once, unless a newer one has taken its place before.
 */
export function createUpdater({ profiles, publish }: UpdaterOptions) {
  return async function updateProfile(event: Heard, { log }: { readonly log: Log }): Promise<Outcome> {
    const heard = read(event);
    if ('outcome' in heard) return heard.outcome;
    const { change, rank } = heard;
    const { image, status, reasons, thumbnails } = change;
    const { userId, imageId } = image;
    await profiles.put({ userId, slot: 'upload', rank }, { image, status, reasons });
    if (status === 'approved') await profiles.put({ userId, slot: 'picture', rank }, { image, thumbnails });

    const unsaid = await profiles.unsaid(userId, rank);
    if (unsaid.length === 0) return done();
    await publish('ProfilePictureChanged.v1', change, { causedBy: event });
    await Promise.all(unsaid.map((slot) => profiles.markSaid({ userId, slot, rank })));
    log.info('profile picture changed', { userId, imageId, status });
    return done();
  };
}

function read(
  event: Heard,
): { readonly change: Change; readonly rank: string } | { readonly outcome: Outcome } {
  if (event['detail-type'] === 'Object Created') {
    const image = identifyImage(event.detail);
    if (!image) return { outcome: parkUnidentified(event.detail.object.key) };
    return { change: { image, status: 'pending', reasons: [], thumbnails: [] }, rank: rankOf(image) };
  }
  const { image, verdict, reasons, thumbnails, answered } = event.detail.data;
  const shown = verdict === 'approved' ? thumbnails : [];
  return { change: { image, status: verdict, reasons, thumbnails: shown }, rank: rankOf(image, answered) };
}
