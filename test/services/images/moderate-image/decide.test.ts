import { expect, it } from 'vitest';
import { decide } from '../../../../services/images/moderate-image/decide.ts';
import { defaultThresholds, readThresholds } from '../../../../services/images/moderate-image/thresholds.ts';

it.each([
  [{ Neutral: 0.99 }, 'approve'],
  [{ Drawing: 0.99 }, 'approve'],
  [{ Sexy: 0.59 }, 'approve'],
  [{ Sexy: 0.99 }, 'review'],
  [{ Porn: 0.3 }, 'review'],
  [{ Porn: 0.69, Sexy: 0.7 }, 'review'],
  [{ Porn: 0.7, Neutral: 0.3 }, 'reject'],
  [{ Hentai: 0.9 }, 'reject'],
])('decides on %j: %s', (confidences, decision) => {
  const labels = Object.entries(confidences).map(([label, confidence]) => ({ label, confidence }));
  expect(decide(labels, defaultThresholds).decision).toBe(decision);
});

it('names label, confidence and threshold', () => {
  const labels = [
    { label: 'Porn', confidence: 0.8 },
    { label: 'Sexy', confidence: 0.65 },
  ];
  expect(decide(labels, defaultThresholds).reasons).toEqual([
    'Porn with a confidence of 0.8 is at or above 0.7, from where on a picture is refused',
    'Sexy with a confidence of 0.65 is at or above 0.6, from where on a person must look',
  ]);
});

it('takes other thresholds as a whole', () => {
  const thresholds = readThresholds('{"Neutral":{"reject":0.5}}');
  expect(decide([{ label: 'Neutral', confidence: 0.9 }], thresholds).decision).toBe('reject');
  expect(decide([{ label: 'Porn', confidence: 0.9 }], thresholds).decision).toBe('approve');
});

it.each([
  ['no', 'has no, but allowed is a JSON object'],
  ['[]', 'a JSON object'],
  ['{"Cat":{"review":0.5}}', 'the label "Cat", but allowed is one of Drawing'],
  ['{"Porn":0.5}', 'Porn: 0.5'],
  ['{"Porn":{"ban":0.5}}', 'Porn.ban, but allowed is review and reject'],
  ['{"Porn":{"reject":1.5}}', 'Porn.reject: 1.5'],
  ['{"Porn":{"reject":"0.5"}}', 'a number above 0, up to 1'],
])('refuses the setting %s', (setting, message) => {
  expect(() => readThresholds(setting)).toThrow(message);
});
