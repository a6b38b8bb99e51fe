import { expect, it } from 'vitest';
import { nameOf } from '../../../services/images/image.ts';

const UPLOAD = '01993d1e-7a70-7cc0-8000-1b2c3d4e5f64';

it.each([
  [`${UPLOAD}/me.png`, { name: 'me.png', uploadId: UPLOAD }],
  [`${UPLOAD}/holidays/me.png`, { name: 'holidays/me.png', uploadId: UPLOAD }],
  ['me.png', { name: 'me.png' }],
  ['holidays/me.png', { name: 'holidays/me.png' }],
  [UPLOAD, { name: UPLOAD }],
  [`${UPLOAD}/`, { name: `${UPLOAD}/` }],
  [`${UPLOAD.toUpperCase()}/me.png`, { name: `${UPLOAD.toUpperCase()}/me.png` }],
])('tells the name and the upload of %s', (path, expected) => {
  expect(nameOf({ key: `profile-pictures/ada/${path}`, userId: 'ada' })).toEqual(expected);
});
