import { randomUUID } from 'node:crypto';

export interface FormText {
  readonly field: string;
  readonly text: string;
}

export interface FormFile<Content> {
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  /** What its bytes are read from. */
  readonly content: Content;
}

export interface Form<Content> {
  readonly contentType: string;
  readonly contentLength: number;
  /** In order: what is sent as it is, and the files between. The last one, without a file, closes the form. */
  readonly pieces: readonly (Uint8Array | FormFile<Content>)[];
}

/** `multipart/form-data`, as browsers send it (RFC 7578): names in NFC, and what would end them percent-encoded. */
export function multipart<Content>(parts: readonly (FormText | FormFile<Content>)[]): Form<Content> {
  const boundary = `hsdoctor-${randomUUID()}`;
  const pieces: (Uint8Array | FormFile<Content>)[] = [];
  let text = '';
  for (const part of parts) {
    text += opening(boundary, part.field);
    if ('text' in part) {
      text += `\r\n\r\n${part.text}\r\n`;
      continue;
    }
    text += `; filename="${quoted(part.fileName)}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    pieces.push(Buffer.from(text), part);
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

/**
 * As it stands between the quotes of a header. Immich refuses a header with a control character, and takes what is before a
 * backslash for a folder.
 */
export const quoted = (name: string): string =>
  name
    .normalize('NFC')
    .replace(
      /["\\]|(?![\u0080-\u009f])\p{Cc}/gu,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );

const sizeOf = (piece: Uint8Array | { readonly bytes: number }): number =>
  piece instanceof Uint8Array ? piece.byteLength : piece.bytes;
