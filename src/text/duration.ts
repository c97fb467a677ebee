const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `500ms`, `30s`, `5m`, `24h` or `7d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
}

/** The shortest spelling of a duration: `30m` for 1,800,000 ms. */
export function durationText(ms: number): string {
  const [unit = 'ms', length = 1] =
    Object.entries(MILLISECONDS).findLast(([, each]) => ms >= each && ms % each === 0) ?? [];
  return `${ms / length}${unit}`;
}
