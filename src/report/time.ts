const SCALES = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** `2026-11-23 05:58:22 UTC`: in the time zone of every log that it may be compared with. */
export function instant(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** How long one time is before another, in the largest unit of which two have passed: `90 s`, `36 h`, `3 days`. */
export function distance(from: string, to: string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  const [unit, size] = SCALES.find(([, length]) => ms >= 2 * length) ?? ['s', 1000];
  return `${Math.floor(ms / size)} ${unit === 'day' ? 'days' : unit}`;
}
