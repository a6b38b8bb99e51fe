import { expect, it } from 'vitest';
import images from '../../../schemas/http/images.json' with { type: 'json' };
import tasks from '../../../schemas/http/tasks.json' with { type: 'json' };
import { uploadName } from '../../../tools/demo/upload-name.ts';

const contracts = [
  tasks.components.schemas.NewTaskUpload.properties.name,
  images.components.schemas.NewImageUpload.properties.name,
];

it.each([
  ['tasks.csv', 'tasks.csv'],
  ['Grüße 🎉.csv', 'Grüße 🎉.csv'],
  ['a\\b\n\u007f.csv', 'a_b__.csv'],
  ['half \ud83c.png', 'half \ufffd.png'],
  ['$' + '{filename}.png', '_.png'],
  [`${'🎉'.repeat(120)}.png`, `${'🎉'.repeat(96)}.png`],
])('makes of %j a name that the API takes', (file, name) => {
  expect(uploadName(file)).toBe(name);
  for (const { maxLength, pattern } of contracts) {
    expect([...name].length).toBeLessThanOrEqual(maxLength);
    expect(name).toMatch(new RegExp(pattern, 'u'));
  }
});
