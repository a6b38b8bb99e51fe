import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContactSheet } from './contact-sheet.ts';
import { html, toText, trusted } from './html.ts';
import { renderPicture } from './render-picture.ts';
import { renderSummary } from './render-summary.ts';

/** One HTML page that needs nothing beside it: no script, no network, pictures within. */
export function renderContactSheet(sheet: ContactSheet): string {
  const { outcome, shown } = sheet;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Fanbus contact sheet</title>
<style>${trusted(readFileSync(STYLE, 'utf8'))}</style>
</head>
<body>
${renderSummary(sheet)}
<main>
${outcome.pictures.map((picture, n) => {
  const pictureShown = shown[n];
  return pictureShown && renderPicture({ ...picture, number: n + 1, shown: pictureShown });
})}
</main>
</body>
</html>
`;
  return toText(page);
}

const STYLE = join(import.meta.dirname, 'contact-sheet.css');
