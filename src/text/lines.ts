export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** No host has more units or containers: each may have findings, of which each is hundreds of times as large as its line. */
const MOST_RECORDS = 20_000;

/** @throws where there are more than any host has */
export function records(text: string, separator: string | RegExp): string[] {
  const all = text.split(separator, MOST_RECORDS + 1);
  if (all.length > MOST_RECORDS) throw new Error(`it lists more than ${MOST_RECORDS} entries`);
  return all;
}

/** `KEY=value` blocks as `systemctl show` prints them, one record a block; a key that repeats keeps its last value. */
export function blocks(text: string): Record<string, string>[] {
  return records(text, /\n\n+/)
    .map((block) =>
      Object.fromEntries(
        lines(block).flatMap((line) => {
          const at = line.indexOf('=');
          return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
        }),
      ),
    )
    .filter((block) => Object.keys(block).length > 0);
}
