import { describe, expect, it } from 'vitest';
import { renderCounts } from '../../../../tools/demo/images/render-counts.ts';
import { renderTable } from '../../../../tools/demo/images/render-table.ts';
import type { PictureOutcome } from '../../../../tools/demo/images/run-images-demo.ts';
import { summariseImages } from '../../../../tools/demo/images/summarise-images.ts';
import { toJsonLine } from '../../../../tools/demo/images/to-json-line.ts';
import type { Work } from '../../../../tools/demo/images/watch-work.ts';
import { answers, good, moderated, refused, threat } from '../../../services/images/image-events.ts';
import { imagesOutcome, pictureNamed, pictureOutcome, reviewed, sang, services } from './picture-outcome.ts';

const fine = pictureOutcome(pictureNamed('fine.png'), (image) => [
  ...answers(image),
  sang(image, { format: 'mp3', bytes: 34_123 }),
  reviewed(image),
]);
const bad = pictureOutcome(pictureNamed('bad.png'), (image) => [
  ...answers(image, [
    threat(image),
    moderated(image, 'reject', ['Porn is 0.97']),
    refused('FacesDetected.v1', image, 'gone', 'it was put into quarantine'),
  ]),
  reviewed(image, { verdict: 'rejected', reasons: ['a threat was found: eicar_test_file'], missing: [] }),
]);
const begun = pictureOutcome(pictureNamed('a picture with a very long name indeed.png'), (image) => [
  good['ImageScanned.v1'](image),
]);
const records = [fine, bad, begun].map(({ record }) => record);
const working: Work = { state: 'working', queuedAt: 0 };
const workOf = (_record: unknown, { consumer }: { readonly consumer: string }) =>
  consumer === 'detect-faces' ? working : undefined;

const nothingSaid = { answers: [], answered: 0, missing: [], thumbnails: [] };

describe('the table', () => {
  it('has a row for each picture and a column for each service', () => {
    const lines = renderTable({ records, services, workOf, width: 140 }) ?? [];
    expect(lines).toMatchInlineSnapshot(`
      [
        "                           make-              scan-              moderate-          detect-            sing-",
        "  picture                  thumbnails         image              image              faces              a-song             verdict",
        "  fine.png                 ✔ 1 made           ✔ clean            ✔ approve          ✔ 1 face           ✔ 34 KB mp3        ✔ approved",
        "  bad.png                  ✔ 1 made           ⚠ eicar_test_file  ⚠ reject           ✖ gone             · waiting          ✘ rejected",
        "  a picture with a very l… · waiting          ✔ clean            · waiting          ◌ at work          · waiting          …",
      ]
    `);
  });

  it('keeps to the width of the terminal', () => {
    const lines = renderTable({ records, services, workOf, width: 80 }) ?? [];
    expect(lines).toHaveLength(5);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('is none on a terminal that is too narrow', () => {
    expect(renderTable({ records, services, workOf, width: 60 })).toBeUndefined();
  });

  it('lets no file name move the cursor', () => {
    const { record } = pictureOutcome(pictureNamed('\u001b[2J\nx.png'), () => []);
    const text = renderTable({ records: [record], services, workOf, width: 140 })?.join('\n') ?? '';
    expect(text).toContain('\u{fffd}[2J\u{fffd}x.png');
    expect(text).not.toContain('\u001b');
  });
});

it('waits for nobody about a picture that S3 has refused', () => {
  const refusedByS3 = pictureOutcome(pictureNamed('empty.png'), () => []);
  const { uploadedAt: _, ...record } = refusedByS3.record;
  const review = { ...nothingSaid, verdict: 'rejected' as const, reasons: ['it is too small'] };
  const [, , row] = renderTable({ records: [{ ...record, review }], services, workOf, width: 140 }) ?? [];
  expect(row).toMatch(/^ {2}empty\.png( +–){5} +✘ rejected$/);
  const text = summariseImages(imagesOutcome([{ ...refusedByS3, record: { ...record, review } }]));
  expect(text).toContain('✘ rejected    empty.png\n                  it is too small\n\n');
});

it('counts per service and shows the last finished when there are too many pictures for a table', () => {
  const lines = renderCounts({ records, services, workOf, finished: [bad.record, fine.record] });
  expect(lines).toMatchInlineSnapshot(`
    [
      "  make-thumbnails  ███████████░░░░░ 2 answered · 1 waiting",
      "  scan-image       ████████████████ 3 answered",
      "  moderate-image   ███████████░░░░░ 2 answered · 1 waiting",
      "  detect-faces     ███████████░░░░░ 1 answered · 1 refused · 1 at work",
      "  sing-a-song      █████░░░░░░░░░░░ 1 answered · 2 waiting",
      "  verdict          ███████████░░░░░ 2 of 3 · 1 approved · 1 rejected",
      "",
      "  ✘ rejected    bad.png",
      "  ✔ approved    fine.png",
    ]
  `);
});

it('sums up for a person', () => {
  const outcome = { ...imagesOutcome([fine, bad]), events: new Map([['ImageScanned.v1', 2]]) };
  expect(summariseImages(outcome)).toMatchInlineSnapshot(`
    "
      ✔ approved    fine.png  after 1 s
      ✘ rejected    bad.png  after 1 s
                      a threat was found: eicar_test_file
                      no answer: sing-a-song

      Pictures  2 = 1 approved + 1 rejected
      Threats   bad.png: eicar_test_file → quarantine/x/me.png
      Events    2 ImageScanned.v1
      Speed     2 in 1.5 s, 1.3 pictures/s
      On AWS    about $0.0012, $600.00 per million pictures

    "
  `);
});

it('names the links of the first picture that has some', () => {
  const image = { thumbnails: [{}, {}], master: { format: 'avif' }, name: 'fine.png', id: '7' };
  const linked = { ...fine, image: image as unknown as PictureOutcome['image'] };
  expect(summariseImages(imagesOutcome([bad, linked]))).toContain(
    '  Links     2 thumbnails and the avif of fine.png, from GET /images/7\n',
  );
});

it('says of a picture without a verdict who did not answer', () => {
  const text = summariseImages({ ...imagesOutcome([begun]), steppedSeconds: 300 });
  expect(text).toContain('✖ no verdict  a picture with a very long name indeed.png\n');
  expect(text).toContain('no answer: make-thumbnails, moderate-image, detect-faces, sing-a-song\n');
  expect(text).toContain('Clock     stepped by 300 s');
});

describe('the line of JSON', () => {
  it('has every service with its state and what it said', () => {
    const line = toJsonLine(bad);
    expect(line).toMatch(/^\{[^\n]+\}\n$/);
    const parsed = JSON.parse(line);
    expect(Object.keys(parsed)).toEqual([
      'file',
      'imageId',
      'user',
      'verdict',
      'reasons',
      'missing',
      'seconds',
      'services',
    ]);
    expect(parsed).toMatchObject({
      file: 'pictures/bad.png',
      user: 'ada',
      verdict: 'rejected',
      seconds: 1,
      services: {
        'scan-image': { state: 'answered', tookMs: 12, clean: false, quarantineKey: 'quarantine/x/me.png' },
        'detect-faces': { state: 'refused', tookMs: 1, code: 'gone', reason: 'it was put into quarantine' },
        'sing-a-song': { state: 'missing' },
      },
    });
  });

  it('has null for what there is none of', () => {
    expect(JSON.parse(toJsonLine(begun))).toMatchObject({
      verdict: null,
      seconds: null,
      reasons: [],
      missing: [],
    });
  });
});
