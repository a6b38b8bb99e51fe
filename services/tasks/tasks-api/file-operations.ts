import type { TaskFile, TasksOperations } from '../../../generated/http/tasks.ts';
import type { OperationsOf } from '../../runtime/http/create-api.ts';
import { etagOf } from '../../runtime/http/etag.ts';
import { notYours, ownerFor } from '../../runtime/http/owner-for.ts';
import type { Principal } from '../../runtime/http/principal.ts';
import type { Reject, Rejects } from '../rejects.ts';
import { readCursor, strangeCursor, writeCursor } from './cursor.ts';
import type { FilePlace, TaskFileRecord, TaskFileRecords } from './task-file-records.ts';

type FileOperations = Pick<OperationsOf<TasksOperations>, 'listTaskFiles' | 'getTaskFile' | 'listRejects'>;

export interface FileOperationsOptions {
  readonly files: TaskFileRecords;
  readonly rejects: Pick<Rejects, 'page'>;
  readonly view: (record: TaskFileRecord) => Promise<TaskFile>;
}

/** The operations on files of tasks: the caller's own, and to an admin anybody's. */
export function createFileOperations({ files, rejects, view }: FileOperationsOptions): FileOperations {
  return {
    async listTaskFiles({ query, principal }) {
      const { uploadId, limit, cursor } = query;
      const owner = ownerFor(principal, query.owner);
      if (owner === undefined) return notYours;
      const from = cursor === undefined ? undefined : readPlace(owner, cursor);
      if (cursor !== undefined && from === undefined) return strangeCursor;
      const page = await files.page({ owner, uploadId, limit, from });
      return {
        status: 200,
        body: {
          taskFiles: await Promise.all(page.files.map(view)),
          ...(page.next && { nextCursor: writePlace(owner, page.next) }),
        },
      };
    },

    async getTaskFile({ params: { id }, principal }) {
      const record = await find(id, principal);
      if (!record) return unknown(id);
      const body = await view(record);
      return { status: 200, headers: { etag: etagOfFile(body) }, body };
    },

    async listRejects({ params: { id }, query: { cursor }, principal }) {
      const [after] = cursor === undefined ? [] : (readCursor(id, cursor, PIECE) ?? []);
      if (cursor !== undefined && after === undefined) return strangeCursor;
      if (!(await find(id, principal))) return unknown(id);
      const page = await rejects.page(id, { after });
      const next =
        page.next && `</task-files/${id}/rejects?cursor=${writeCursor(id, page.next)}>; rel="next"`;
      return { status: 200, headers: next ? { link: next } : {}, body: toCsv(page.rejects) };
    },
  };

  async function find(id: string, { sub, isAdmin }: Principal): Promise<TaskFileRecord | undefined> {
    const record = await files.find(id);
    return record && (isAdmin || record.owner === sub) ? record : undefined;
  }
}

/** A weak one: the rate goes on changing while nothing happens. */
function etagOfFile({ rate: _, ...file }: TaskFile): string {
  return `W/${etagOf(file)}`;
}

/** The id of a part or a child: `12`, `12.101-160`. */
const PIECE = /^(\d+(?:\.\d+(?:-\d+)?)*)$/;

function writePlace(owner: string, { id, createdAt }: FilePlace): string {
  return writeCursor(owner, `${createdAt}/${id}`);
}

function readPlace(owner: string, cursor: string): FilePlace | undefined {
  const [createdAt, id] = readCursor(owner, cursor, /^([\d:.TZ-]{24})\/([0-9a-f-]{36})$/) ?? [];
  return createdAt === undefined || id === undefined ? undefined : { createdAt, id };
}

function unknown(id: string) {
  return { status: 404, problem: { detail: `you have no file ${id}` } } as const;
}

function toCsv(rejects: readonly Reject[]): string {
  return ['line,reason', ...rejects.map(({ line, reason }) => `${line},${quote(reason)}`), ''].join('\r\n');
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
