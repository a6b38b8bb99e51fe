import { namesOf } from '../../infra/names.ts';
import { synthesise } from '../../infra/synthesise.ts';
import { naiveNames } from './naive/naive-stack.ts';
import { synthesiseNaive } from './naive/synthesise-naive.ts';

/** One way to build the task service, and where a measurement looks into it. */
export interface Design {
  readonly name: 'fanbus' | 'naive' | 'fanbus, one row per event';
  /** Writes the cloud assembly. */
  synthesise(outdir: string): void;
  readonly bucket: string;
  readonly tasksTable: string;
  /** Where each file's item has a `status`. */
  readonly filesTable: string;
  /** The functions that read the file and that set it COMPLETED. */
  readonly reader: string;
  readonly completer: string;
  readonly archivedBuses: readonly string[];
}

const names = namesOf({ stage: 'dev', accountId: '000000000000', region: 'us-east-1' });

const ours = {
  bucket: names.uploadsBucket,
  tasksTable: names.tasksTable,
  filesTable: names.taskFilesTable,
  reader: names.consumer('read-task-file'),
  completer: names.consumer('complete-task-file'),
  archivedBuses: [names.bus],
};

export const fanbus: Design = { ...ours, name: 'fanbus', synthesise: (outdir) => synthesise({ outdir }) };

export const oneRowPerEvent: Design = {
  ...ours,
  name: 'fanbus, one row per event',
  synthesise: (outdir) =>
    synthesise({ outdir, overrides: { 'read-task-file': { environment: { ROWS_PER_EVENT: '1' } } } }),
};

export const naive: Design = {
  name: 'naive',
  synthesise: (outdir) => synthesiseNaive({ outdir }),
  bucket: naiveNames.bucket,
  tasksTable: naiveNames.tasks,
  filesTable: naiveNames.files,
  reader: naiveNames.reader,
  completer: naiveNames.completer,
  archivedBuses: [],
};
