const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A whole number, as `1,234`; the words of a locale would have to be loaded, for longer than a report takes. */
export function count(value: number): string {
  return String(value).replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}

/** `1 file`, `1,234 files`, `2 addresses`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;
}

/** `a, b and 3 more`: as many of these as a line holds. */
export function firstOf(names: readonly string[], most: number): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** As many of these reasons as anybody reads, and how many there are besides. */
export function firstReasons(reasons: readonly string[], most: number): readonly string[] {
  const more = reasons.length - most;
  return more > 0 ? [...reasons.slice(0, most), `and ${counted(more, 'more reason')}`] : reasons;
}

/** `999 B`, `1.2 kB`, `34.5 MB`: thousands, as the file managers count. */
export function bytes(value: number): string {
  let [scaled, unit] = [value, 0];
  // What would be rounded to 1000.0 is 1.0 of the next unit.
  while (unit < BYTE_UNITS.length - 1 && scaled >= (unit === 0 ? 1000 : 999.95)) {
    scaled /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** `2048 MiB`, as memory and its limits are counted. */
export const mebibytes = (value: number) => `${Math.round(value / 1_048_576)} MiB`;

/** `4.2 s`, `2 min 5 s`, `3 h 20 min`, `2 days 4 h`. */
export function elapsed(ms: number): string {
  if (ms < 9950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [days, hours, minutes] = [86_400, 3600, 60].map((size) => Math.floor(seconds / size)) as [
    number,
    number,
    number,
  ];
  if (days > 1) return parts(days, 'days', hours % 24, 'h');
  if (hours > 0) return parts(hours, 'h', minutes % 60, 'min');
  return minutes > 0 ? parts(minutes, 'min', seconds % 60, 's') : `${seconds} s`;
}

function parts(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}
