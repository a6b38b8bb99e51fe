import { expect, it } from 'vitest';
import type { ShownPicture } from '../../../../tools/demo/contact-sheet/contact-sheet.ts';
import { renderContactSheet } from '../../../../tools/demo/contact-sheet/render-contact-sheet.ts';
import type { PictureOutcome } from '../../../../tools/demo/images/run-images-demo.ts';
import { answers, good, moderated, refused, said, threat } from '../../../services/images/image-events.ts';
import { imagesOutcome, pictureNamed, pictureOutcome, reviewed, sang } from '../images/picture-outcome.ts';

const PIXEL = 'data:image/webp;base64,AAAA';
const nothingMade: ReadonlyMap<string, string> = new Map();
const portrait: ShownPicture = { original: { src: PIXEL, width: 256, height: 256 }, made: nothingMade };

function sheetOf(picture: PictureOutcome, shown: ShownPicture = portrait): string {
  const madeAt = new Date('2026-11-21T09:31:00Z');
  return renderContactSheet({ outcome: imagesOutcome([picture]), madeAt, shown: [shown] });
}

it('draws faces in pixels of the upright original, over the picture at whatever size it is shown', () => {
  const box = { left: 170, top: 60.125, width: 110, height: 135 };
  const face = { confidence: 0.987, box, landmarks: [{ name: 'leftEye', x: 200, y: 110 }] };
  const page = sheetOf(
    pictureOutcome(pictureNamed('me.png'), (image) => [
      said('FacesDetected.v1', {
        image,
        tookMs: 417,
        result: { width: 512, height: 512, count: 1, faces: [face], model: 'ssd' },
      }),
    ]),
  );
  expect(page).toContain(
    `<img src="${PIXEL}" alt="me.png, as it was uploaded, upright" width="256" height="256">`,
  );
  expect(page).toContain('viewBox="0 0 512 512" preserveAspectRatio="none"');
  expect(page).toContain('<rect class="box" x="170" y="60.13" width="110" height="135" rx="8"/>');
  expect(page).toMatch(/<circle cx="200" cy="110" r="[\d.]+"><title>leftEye<\/title>/);
  expect(page).toContain('99 % sure, 110 × 135 pixels at 170, 60');
});

it('shows every thumbnail at its true size with its bytes', () => {
  const page = sheetOf(
    pictureOutcome(pictureNamed('me.png'), (image) => [good['ThumbnailsMade.v1'](image)]),
    { ...portrait, made: new Map([['derived/8d3f6c1e/square-256.webp', PIXEL]]) },
  );
  expect(page).toContain(
    `<img src="${PIXEL}" alt="Square thumbnail of me.png, 256 × 256" width="256" height="256">`,
  );
  expect(page).toContain('256 × 256 square<br>webp, 8 KB');
});

it('shows labels as bars, the judgement and its reasons', () => {
  const page = sheetOf(
    pictureOutcome(pictureNamed('me.png'), (image) => [
      said('ImageModerated.v1', {
        image,
        tookMs: 68,
        result: {
          decision: 'reject',
          labels: [{ label: 'Porn', confidence: 0.9712 }],
          reasons: ['Porn has 0.97, the threshold is 0.6'],
          model: 'mobilenet',
        },
      }),
    ]),
  );
  expect(page).toContain('<span class="bar" style="width:97.1%"></span>');
  expect(page).toContain('<strong class="bad">reject</strong>');
  expect(page).toContain('<li>Porn has 0.97, the threshold is 0.6</li>');
});

it('draws something in the place of an original that cannot be shown, and says why', () => {
  const page = sheetOf(
    pictureOutcome(pictureNamed('bad.png'), (image) => [
      ...answers(image, [threat(image), refused('FacesDetected.v1', image, 'gone', 'it was put away')]),
      reviewed(image, { verdict: 'rejected', reasons: ['eicar_test_file'] }),
    ]),
    { original: { reason: 'a threat was found in it (eicar_test_file)' }, made: nothingMade },
  );
  expect(page).toContain('aria-label="bad.png is not shown"');
  expect(page).toContain('Not shown: a threat was found in it (eicar_test_file)');
  expect(page).toContain('<li><strong>eicar_test_file</strong>: The EICAR test file');
  expect(page).toContain('Moved to <code>quarantine/x/me.png</code>');
  expect(page).toContain('refused: gone');
  expect(page).toContain('<strong class="badge rejected">');
});

it('shows what a service says that is not known here, and the picture it made', () => {
  const page = sheetOf(
    pictureOutcome(pictureNamed('me.png'), (image) => [
      sang(image, {
        key: 'derived/1/song.avif',
        format: 'avif',
        tune: { key: 'G', bars: [3, 4] },
        empty: '',
      }),
    ]),
    { ...portrait, made: new Map([['derived/1/song.avif', PIXEL]]) },
  );
  expect(page).toContain(`<img class="made" src="${PIXEL}"`);
  expect(page).toContain('<dt>tune.key</dt><dd>G</dd>');
  expect(page).toContain('<dt>tune.bars</dt><dd>3, 4</dd>');
  expect(page).not.toContain('<dt>empty</dt>');
});

it('puts the services side by side in time', () => {
  const page = sheetOf(
    // Uploaded at 0 ms, queued at 20, each answered at 1,000 after its time at work.
    pictureOutcome(pictureNamed('me.png'), (image) => [...answers(image), reviewed(image)]),
  );
  expect(page).toContain('<span class="waited" style="left:0%;width:91.43%"></span>');
  expect(page).toContain('<span class="worked" style="left:91.43%;width:8.57%"></span>');
  expect(page).toContain('waited 896 ms');
  expect(page).toContain('worked 84 ms');
  expect(page).toContain('after 980 ms');
});

it('says who did not answer', () => {
  const page = sheetOf(pictureOutcome(pictureNamed('me.png'), (image) => [good['ImageScanned.v1'](image)]));
  expect(page).toMatch(/detect-faces<\/h3>\s*<p class="bad">No answer came/);
  expect(page).toContain('no verdict');
});

it('runs nothing and loads nothing, whatever names and metadata say', () => {
  const hostile = '"><script>alert(1)</script><img src=//evil.example onerror=alert(2)>';
  const page = sheetOf(
    pictureOutcome(pictureNamed(hostile, 'ada'), (image) => [
      ...answers(image, [
        moderated(image, 'review', [hostile]),
        refused('FacesDetected.v1', image, 'damaged', hostile),
      ]),
      sang(image, { [hostile]: hostile, key: hostile, inner: { artist: hostile, tags: [hostile] } }),
      reviewed(image, { verdict: 'needs-review', reasons: [hostile], missing: [hostile] }),
    ]),
    { original: { reason: hostile }, made: nothingMade },
  );
  expect(page).toContain('alert(1)');
  expect(page.match(/<(?:script|link|iframe|object|embed|base|form)\b/gi)).toBeNull();
  expect(page.replaceAll(/"[^"]*"/g, '""').match(/<[^>]*\son\w+=/gi)).toBeNull();
  expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to)).toEqual(['#picture-1']);
  expect(page).toContain("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"");
});
