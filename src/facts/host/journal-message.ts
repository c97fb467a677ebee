import * as z from 'zod/mini';
import { redact } from '../../text/redact.ts';

/**
 * What a line of the journal says. journalctl prints it as numbers where it is not all printable text (colors are
 * enough for that), and as null where it is longer than 4096 bytes.
 */
export const messageField = z.union([z.string(), z.array(z.number()), z.null()]);

/** A program may print megabytes in one line. */
const LONGEST_MESSAGE = 4096;

/** Colors say nothing. */
const COLOR = new RegExp(String.raw`${String.fromCharCode(27)}\[[\d;]*m`, 'g');

export function messageText(message: z.infer<typeof messageField>): string {
  if (message === null) return '(a line of more than 4096 bytes, which was not read)';
  // Of a collection that was made before the host itself did this: what was numbers was not redacted.
  const text =
    typeof message === 'string' ? message : redact(new TextDecoder().decode(Uint8Array.from(message)));
  return text.slice(0, LONGEST_MESSAGE).replace(COLOR, '').trimEnd();
}

/** Lines that are made text, the newest: a journal of millions of them would take too long. */
export const MOST_AS_TEXT = 20_000;

/**
 * A function of awk: the same line of JSON with its message as text where it was numbers, so that it can be searched, and
 * is redacted like any other.
 */
export const AWK_AS_TEXT = String.raw`
function as_text(line, before, after, codes, count, i, code, text) {
if (!match(line, /"MESSAGE" ?: ?\[[0-9, ]*\]/)) return line
before = substr(line, 1, RSTART - 1)
after = substr(line, RSTART + RLENGTH)
count = split(substr(line, RSTART, RLENGTH), codes, /[^0-9]+/)
if (count > ${LONGEST_MESSAGE}) count = ${LONGEST_MESSAGE}
for (i = 2; i <= count; i++) if (codes[i] != "") {
code = codes[i] + 0
text = text (code < 32 || code == 34 || code == 92 || code == 127 ? sprintf("\\u%04x", code) : sprintf("%c", code))
}
return before "\"MESSAGE\":\"" text "\"" after
}`;
