import { expect, it } from 'vitest';
import { createPictureBoard, resultOf } from '../../../../tools/demo/images/picture-board.ts';
import { good, refused, said, uploaded } from '../../../services/images/image-events.ts';
import { pictureNamed, reviewed, services, UPLOAD_ID, uploadOf } from './picture-outcome.ts';

const ada = pictureNamed('me.png', 'ada');
const ben = pictureNamed('me.png', 'ben');

function openBoard() {
  const board = createPictureBoard({ pictures: [ada, ben], services });
  const upload = uploadOf(ada);
  board.begin(ada, { uploadId: UPLOAD_ID, key: upload.image.key });
  return { ...upload, board, record: () => board.records()[0] };
}

it('keeps what is said of a picture with that picture, in the order of the pictures', () => {
  const { board, event, image } = openBoard();
  board.hear(event);
  board.hear(good['ImageScanned.v1'](image));
  const [first, second] = board.records();
  expect(first?.imageId).toBe(image.imageId);
  expect(first?.eventIds).toEqual([event.id]);
  expect([...(first?.answers.keys() ?? [])]).toEqual(['scan-image']);
  expect(second).toMatchObject({ picture: ben, eventIds: [], answers: new Map() });
});

it('tells what an answer changed, once', () => {
  const { board, image } = openBoard();
  const answer = good['ImageModerated.v1'](image);
  expect(board.hear(answer)).toMatchObject({ kind: 'answer', service: { consumer: 'moderate-image' } });
  expect(board.hear(answer)).toBeUndefined();
});

it('knows when a service began and when it answered', () => {
  const { board, image, record } = openBoard();
  board.hear(good['ImageScanned.v1'](image));
  const answeredAt = Date.parse('2026-11-21T09:30:00.000Z');
  expect(record()?.answers.get('scan-image')).toMatchObject({
    tookMs: 12,
    startedAt: answeredAt - 12,
    answeredAt,
  });
});

it('gives the result of an answer to who asks for its event only', () => {
  const { board, image, record } = openBoard();
  board.hear(good['ImageScanned.v1'](image));
  board.hear(refused('FacesDetected.v1', image, 'damaged', 'it is cut off'));
  const scan = record()?.answers.get('scan-image');
  expect(scan && resultOf(scan, 'ImageScanned.v1')?.clean).toBe(true);
  expect(scan && resultOf(scan, 'FacesDetected.v1')).toBeUndefined();
  expect(record()?.answers.get('detect-faces')).toMatchObject({ refusal: { code: 'damaged' } });
});

it('takes the verdict with more answers, whichever comes last', () => {
  const { board, image, record } = openBoard();
  const early = reviewed(image, { verdict: 'needs-review', answered: 3, missing: ['detect-faces'] });
  const late = reviewed(image, { answered: 4 });
  expect(board.hear(early)).toMatchObject({ kind: 'verdict' });
  expect(board.hear(late)).toMatchObject({ kind: 'verdict' });
  expect(board.hear(early)).toBeUndefined();
  expect(record()?.review).toMatchObject({ verdict: 'approved', missing: [] });
});

it("keeps what the user's record says last, whatever is said again", () => {
  const { board, image, record } = openBoard();
  const changed = (status: 'pending' | 'approved') =>
    said('ProfilePictureChanged.v1', { image, status, reasons: [], thumbnails: [] });
  for (const status of ['pending', 'approved', 'pending'] as const) board.hear(changed(status));
  expect(record()?.profile).toBe('approved');
});

it('takes the refusal of S3 for the verdict', () => {
  const { board, image } = openBoard();
  expect(board.refuse(ben, 'it is empty')).toMatchObject({ kind: 'verdict', record: { picture: ben } });
  expect(board.records()[1]?.review).toMatchObject({ verdict: 'rejected', reasons: ['it is empty'] });
  board.hear(good['ImageScanned.v1'](image));
  expect(board.records()[0]).toMatchObject({ picture: ada, imageId: image.imageId });
});

it('passes over what others upload and say', () => {
  const { board } = openBoard();
  const stranger = uploadOf(pictureNamed('other.png', 'zoe'));
  expect(board.hear(stranger.event)).toBeUndefined();
  expect(board.hear(good['ImageScanned.v1'](stranger.image))).toBeUndefined();
  expect(board.hear(uploaded({ key: 'profile-pictures/zoe/me.png' }))).toBeUndefined();
  expect(board.records().every(({ imageId }) => imageId === undefined)).toBe(true);
});
