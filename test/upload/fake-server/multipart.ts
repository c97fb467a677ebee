export interface PartHead {
  readonly name: string;
  readonly filename?: string;
}

/** Takes the bytes of one part as they come. */
export interface PartSink {
  write(bytes: Buffer): void;
  end(): void;
}

export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}

const LONGEST_HEAD = 16 * 1024;
const BREAK = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Reads a `multipart/form-data` body as a stream: never more than one chunk and one delimiter are held.
 * @throws MultipartError when the body is not well formed or ends early.
 */
export async function readMultipart(
  body: AsyncIterable<Buffer>,
  contentType: string,
  open: (head: PartHead) => PartSink | Promise<PartSink>,
): Promise<void> {
  const boundary = boundaryOf(contentType);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line break before it: with one put there, all are found the same way.
  let held: Buffer = BREAK;
  let sink: PartSink | undefined;
  let place: 'preamble' | 'delimiter' | 'head' | 'content' | 'epilogue' = 'preamble';
  for await (const chunk of body) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let again = true; again; ) {
      again = false;
      if (place === 'epilogue') held = held.subarray(held.length);
      else if (place === 'delimiter' && held.length >= 2) {
        const last = held.toString('latin1', 0, 2);
        if (last !== '--' && last !== '\r\n') throw new MultipartError('Malformed boundary');
        place = last === '--' ? 'epilogue' : 'head';
        // The break stays: a head without any line ends at once.
        if (last === '--') held = held.subarray(2);
        again = true;
      } else if (place === 'head') {
        const end = held.indexOf(HEAD_END);
        if (end < 0 && held.length > LONGEST_HEAD) throw new MultipartError('Malformed part header');
        if (end >= 0) {
          const head = headOf(held.toString('utf8', 0, end));
          held = held.subarray(end + HEAD_END.length);
          sink = await open(head);
          place = 'content';
          again = true;
        }
      } else if (place === 'content' || place === 'preamble') {
        const end = held.indexOf(delimiter);
        const whole = end < 0 ? Math.max(0, held.length - delimiter.length) : end;
        if (whole > 0) sink?.write(held.subarray(0, whole));
        held = held.subarray(end < 0 ? whole : end + delimiter.length);
        if (end >= 0) {
          sink?.end();
          sink = undefined;
          place = 'delimiter';
          again = true;
        }
      }
    }
  }
  if (place !== 'epilogue') throw new MultipartError('Unexpected end of form');
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new MultipartError('Multipart: Boundary not found');
  return boundary;
}

/** What busboy lets no header have. */
const CONTROL = /(?!\r\n|(?<=\r)\n|\t|[\u0080-\u009f])\p{Cc}/u;

function headOf(text: string): PartHead {
  if (CONTROL.test(text)) throw new MultipartError('Malformed part header');
  const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(text)?.[1] ?? '';
  const name = parameter(disposition, 'name');
  if (name === undefined) throw new MultipartError('Malformed part header');
  // As busboy has it: without what looks like a folder before it.
  const filename = parameter(disposition, 'filename')?.replace(/^.*[/\\]/s, '');
  return { name, ...(filename === undefined ? {} : { filename }) };
}

function parameter(disposition: string, name: string): string | undefined {
  const value = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1];
  return value?.replace(/\\(["\\])/g, '$1');
}
