import { AwsError } from '../wire/aws-error.ts';

/** A browser's form as it arrives: what stands before the file, and the file itself, still to be read. */
export interface PostedForm {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  /** Can be read once. What comes after it is ignored, as S3 does. */
  readonly file: AsyncIterable<Buffer>;
}

/**
 * Reads multipart/form-data up to its field `file`, which may be of any size.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function readPostedForm(
  chunks: AsyncIterable<Buffer>,
  contentType: string | undefined,
): Promise<PostedForm> {
  const boundary = /^multipart\/form-data\b.*;\s*boundary=("[^"]+"|[^;\s]+)/i.exec(contentType ?? '')?.[1];
  if (boundary === undefined) throw malformed();
  const delimiter = Buffer.from(`\r\n--${boundary.replaceAll('"', '')}`);
  const reader = createReader(chunks);
  const fields = new Map<string, string>();
  let bytesLeft = FIELDS_LIMIT;

  await reader.text(delimiter, bytesLeft);
  while ((await reader.text(LINE_END, bytesLeft)).trim() === '') {
    const head = await reader.text(HEAD_END, bytesLeft);
    const name = parameterOf(head, 'name')?.toLowerCase();
    if (name === undefined) throw malformed();
    if (name === 'file') {
      return { fields, fileName: parameterOf(head, 'filename') ?? '', file: reader.upTo(delimiter) };
    }
    const value = await reader.text(delimiter, bytesLeft);
    bytesLeft -= head.length + value.length;
    fields.set(name, value);
  }
  throw new AwsError('InvalidArgument', 'POST requires exactly one file upload per request.');
}

const LINE_END = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/** S3's own. */
const FIELDS_LIMIT = 20_000;

function createReader(chunks: AsyncIterable<Buffer>) {
  const arriving = chunks[Symbol.asyncIterator]();
  // The first delimiter needs no line before it.
  let held: Buffer = LINE_END;

  /** The bytes before a delimiter, as they come; the next read goes on after it. */
  async function* upTo(delimiter: Buffer): AsyncGenerator<Buffer> {
    for (let at = held.indexOf(delimiter); ; at = held.indexOf(delimiter)) {
      const end = at >= 0 ? at : Math.max(held.length - delimiter.length + 1, 0);
      const piece = held.subarray(0, end);
      held = held.subarray(at >= 0 ? at + delimiter.length : end);
      if (piece.length > 0) yield piece;
      if (at >= 0) return;
      const next = await arriving.next();
      if (next.done) throw malformed();
      held = Buffer.concat([held, next.value]);
    }
  }

  return {
    upTo,
    async text(delimiter: Buffer, limitBytes: number): Promise<string> {
      const pieces: Buffer[] = [];
      let bytes = 0;
      for await (const piece of upTo(delimiter)) {
        bytes += piece.length;
        if (bytes > limitBytes) throw tooLong();
        pieces.push(piece);
      }
      return Buffer.concat(pieces).toString();
    },
  };
}

/** Of Content-Disposition, as browsers write it: `name="file"; filename="say %22hi%22.csv"`. */
function parameterOf(head: string, name: string): string | undefined {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const value = new RegExp(`;\\s*${name}=("[^"]*"|[^;\\s]+)`, 'i').exec(disposition)?.[1];
  return value?.replaceAll('"', '').replace(/%(22|0D|0A)/gi, (escaped) => decodeURIComponent(escaped));
}

function malformed(): AwsError {
  return new AwsError(
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  );
}

function tooLong(): AwsError {
  return new AwsError(
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceding the upload file were too large.',
  );
}
