import { formatBytes } from '../format-bytes.ts';
import { resultOf, type ServiceAnswer } from './picture-board.ts';

/** An answer in a few words, and whether it speaks against the picture. */
export interface AnswerInShort {
  readonly words: string;
  readonly isWarning: boolean;
}

/** Says in a few words what a service answered; what a service that came later says is told by the shape of its result. */
export function describeAnswer(answer: ServiceAnswer): AnswerInShort {
  if (answer.refusal) return { words: answer.refusal.code, isWarning: true };
  const made = resultOf(answer, 'ThumbnailsMade.v1');
  if (made) return fine(`${made.thumbnails.length} made`);
  const scanned = resultOf(answer, 'ImageScanned.v1');
  if (scanned) {
    return scanned.clean ? fine('clean') : warning(scanned.threats[0]?.rule ?? 'not clean');
  }
  const moderated = resultOf(answer, 'ImageModerated.v1');
  if (moderated) {
    return moderated.decision === 'approve' ? fine('approve') : warning(moderated.decision);
  }
  const detected = resultOf(answer, 'FacesDetected.v1');
  if (detected) return fine(nameFaces(detected.count));
  return fine(describeShape(answer.result));
}

function describeShape(result: object = {}): string {
  const { format, bytes } = result as { readonly format?: unknown; readonly bytes?: unknown };
  if (typeof format === 'string' && typeof bytes === 'number') return `${formatBytes(bytes)} ${format}`;
  const fields = Object.keys(result).length;
  return `${fields} ${fields === 1 ? 'field' : 'fields'}`;
}

/** `no face`, `1 face`, `2 faces`. */
export function nameFaces(count: number): string {
  if (count === 0) return 'no face';
  return count === 1 ? '1 face' : `${count} faces`;
}

const fine = (words: string) => ({ words, isWarning: false });
const warning = (words: string) => ({ words, isWarning: true });
