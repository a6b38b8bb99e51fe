import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { profilePictureChangedV1 } from '../../../../generated/events/profile-picture-changed-v1.ts';
import { fromItem } from '../../../../services/images/item.ts';
import { createProfiles } from '../../../../services/images/update-profile/profiles.ts';
import { createUpdater } from '../../../../services/images/update-profile/update-profile.ts';
import type { DataOf, Envelope, EventOf } from '../../../../services/runtime/event.ts';
import { findViolation } from '../../../../services/runtime/find-violation.ts';
import { createMetadata } from '../../../../services/runtime/metadata.ts';
import { startTable } from '../../runtime/fan-in/dynalite.ts';
import { createRecordedLog } from '../../runtime/recorded-log.ts';
import { createWorkers, type Worker } from '../workers.ts';

type Changed = DataOf<'ProfilePictureChanged.v1'>;

/** update-profile over a table. */
export async function openProfiles() {
  const table = await startTable();
  const workers = createWorkers();
  table.client.middlewareStack.add((next) => (args) => workers.request(() => next(args)), {
    step: 'initialize',
  });
  const { log } = createRecordedLog();
  const published: Changed[] = [];
  const update = createUpdater({
    profiles: createProfiles(table),
    publish: (_, data, { causedBy }: { causedBy: Envelope }) =>
      workers.request(async () => {
        const metadata = createMetadata({ producer: 'test', causedBy, nowMs: Date.now() });
        const violation = findViolation(profilePictureChangedV1.validate, { metadata: metadata(), data });
        if (violation !== undefined) throw new Error(violation);
        published.push(data);
      }),
  });
  return {
    hear: (event: EventOf<'Object Created' | 'ImageReviewed.v1'>, worker: Worker = {}) =>
      workers.run(worker, () => update(event, { log })),

    /** What was said of a user's pictures: `<key>: <status>`. */
    said: (userId: string) =>
      published
        .filter(({ image }) => image.userId === userId)
        .map(({ image, status }) => `${image.key.split('/').at(-1)}: ${status}`),

    async record(userId: string) {
      const { Item = {} } = await table.client.send(
        new GetItemCommand({ TableName: table.tableName, Key: { pk: { S: userId }, sk: { S: 'profile' } } }),
      );
      return fromItem(Item);
    },
    end: () => table.close(),
  };
}
