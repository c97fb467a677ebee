import { randomUUID } from 'node:crypto';

/** A file of a form. */
export interface FormFile<Source> {
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  /** What its bytes are read from. */
  readonly source: Source;
}

export interface Form<Source> {
  readonly contentType: string;
  readonly contentLength: number;
  /** In order: what is sent as it is, and the files between. */
  readonly pieces: readonly (Uint8Array | FormFile<Source>)[];
}

/** A form as `multipart/form-data`, as browsers send it (RFC 7578): names in NFC, and what would end them percent-encoded. */
export function multipart<Source>(
  fields: Readonly<Record<string, string>>,
  files: readonly FormFile<Source>[],
): Form<Source> {
  const boundary = `hsdoctor-${randomUUID()}`;
  const texts = Object.entries(fields).map(
    ([name, value]) => `${opening(boundary, name)}\r\n\r\n${value}\r\n`,
  );
  const pieces: (Uint8Array | FormFile<Source>)[] = [];
  let text = texts.join('');
  for (const file of files) {
    text += `${opening(boundary, file.field)}; filename="${quoted(file.fileName)}"\r\n`;
    text += 'Content-Type: application/octet-stream\r\n\r\n';
    pieces.push(Buffer.from(text), file);
    text = '\r\n';
  }
  pieces.push(Buffer.from(`${text}--${boundary}--\r\n`));
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: pieces.reduce((sum, piece) => sum + sizeOf(piece), 0),
    pieces,
  };
}

const opening = (boundary: string, field: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field)}"`;

const ENCODED: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' };

const quoted = (name: string): string =>
  name.normalize('NFC').replace(/["\r\n]/g, (character) => ENCODED[character] ?? character);

const sizeOf = (piece: Uint8Array | { readonly bytes: number }): number =>
  piece instanceof Uint8Array ? piece.byteLength : piece.bytes;
