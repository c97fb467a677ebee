const SCALES = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

const two = (value: number) => String(value).padStart(2, '0');

/** `2026-11-23 05:58:22 +0100`: as the clock of the reader shows it, with its distance from UTC. */
export function instant(iso: string): string {
  const at = new Date(iso);
  return `${dayOf(at)} ${clock(at)}`;
}

/** A text with each time of `toISOString` as the clock of the reader shows it. */
export function withLocalTimes(text: string): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?![\w.])/g, (iso) =>
    Number.isNaN(Date.parse(iso)) ? iso : instant(iso),
  );
}

/** Without the day, where that is the same as of another time. */
export function instantBeside(iso: string, other: string | undefined): string {
  const at = new Date(iso);
  return other !== undefined && dayOf(new Date(other)) === dayOf(at) ? clock(at) : instant(iso);
}

/** `05:58`, with the day in front where it is another one. */
export function minuteBeside(iso: string, other: string | undefined): string {
  const at = new Date(iso);
  const minute = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return other !== undefined && dayOf(new Date(other)) === dayOf(at) ? minute : `${dayOf(at)} ${minute}`;
}

function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function clock(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = `${minutes < 0 ? '-' : '+'}${two(hours)}${two(rest)}`;
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${offset}`;
}

/** How long one time is before another, in the largest unit of which two have passed: `90 s`, `36 h`, `3 days`. */
export function distance(from: string, to: string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  const [unit, size] = SCALES.find(([, length]) => ms >= 2 * length) ?? ['s', 1000];
  return `${Math.floor(ms / size)} ${unit === 'day' ? 'days' : unit}`;
}
