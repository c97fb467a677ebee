export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** `KEY=value` blocks as `systemctl show` prints them, one record a block; a key that repeats keeps its last value. */
export function blocks(text: string): Record<string, string>[] {
  return text
    .split(/\n\n+/)
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
