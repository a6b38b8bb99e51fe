import { writeContactSheet } from '../contact-sheet/write-contact-sheet.ts';
import { formatBytes } from '../format-bytes.ts';
import type { Plan } from '../read-plan.ts';
import type { Show } from '../show-tasks.ts';
import { runImagesDemo } from './run-images-demo.ts';
import { summariseImages } from './summarise-images.ts';
import { toJsonLine } from './to-json-line.ts';

/** Runs the pictures, says what became of them and writes their contact sheet. Returns what is wrong, if anything. */
export async function showImages({
  system,
  screen,
  signal,
  isJson,
  pictures,
  sheet,
}: Show & NonNullable<Plan['images']>): Promise<string | undefined> {
  const outcome = await runImagesDemo({ system, pictures, screen, signal });
  screen.write(summariseImages(outcome));
  const bytes = await writeContactSheet({ system, outcome, sheet, signal });
  screen.write(`  Contact sheet  ${sheet} (${formatBytes(bytes)}): open it in a browser\n\n`);
  if (isJson) process.stdout.write(outcome.pictures.map(toJsonLine).join(''));
  return outcome.problem;
}
