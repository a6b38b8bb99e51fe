import { printable } from '../../printable.ts';
import { describeAnswer } from './describe-answer.ts';
import type { ImageService } from './find-image-consumers.ts';
import type { PictureRecord } from './picture-board.ts';
import type { Work } from './watch-work.ts';

/** How a service stands with a picture. */
export type ServiceState = Work['state'] | 'answered' | 'refused';

export function stateOf(
  record: PictureRecord,
  { consumer }: ImageService,
  work: Work | undefined,
): ServiceState {
  const answer = record.answers.get(consumer);
  if (answer) return answer.refusal ? 'refused' : 'answered';
  return work?.state ?? 'waiting';
}

/** A service's state in a few words: `✔ 12 made`. */
export function describeState(record: PictureRecord, service: ImageService, work: Work | undefined): string {
  const answer = record.answers.get(service.consumer);
  if (!answer) return wasTaken(record) ? openStates[work?.state ?? 'waiting'] : '–';
  const { words, isWarning } = describeAnswer(answer);
  return `${answer.refusal ? '✖' : isWarning ? '⚠' : '✔'} ${printable(words)}`;
}

/** False for a picture that S3 has refused. */
export function wasTaken({ review, uploadedAt }: PictureRecord): boolean {
  return review === undefined || uploadedAt !== undefined;
}

/** A verdict in a few words: `✔ approved`. */
export function describeVerdict({ review }: PictureRecord): string {
  return review ? verdicts[review.verdict] : '…';
}

const openStates = {
  waiting: '· waiting',
  working: '◌ at work',
  retrying: '↻ again soon',
  'given-up': '✖ gave up',
} as const satisfies Record<Work['state'], string>;

const verdicts = { approved: '✔ approved', rejected: '✘ rejected', 'needs-review': '? for review' } as const;
