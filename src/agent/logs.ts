import type { ChalkInstance } from 'chalk';
import { lineEvent, lineTime } from '../facts/host/upload-log-lines.ts';
import { GOOD } from '../facts/host/upload-runs.ts';
import { withoutColors } from '../text/colors.ts';
import { redact } from '../text/redact.ts';
import { visible } from '../text/visible.ts';
import type { LogTail } from './tail.ts';

export interface AgentLog {
  readonly tail: LogTail;
  readonly kind: 'out' | 'error';
}

interface LogLine {
  readonly kind: AgentLog['kind'];
  readonly text: string;
}

/** The last lines of all logs, in the order of their times; a line without one belongs to the one before it. */
export async function lastLines(logs: readonly AgentLog[], count: number, zone: string): Promise<LogLine[]> {
  const read = await Promise.all(
    logs.map(async ({ tail, kind }) => {
      const lines = (await tail.last(count)).map(withoutColors);
      // The error log may have no times at all: then it is known when its last line was written.
      let at = lines.some((line) => lineTime(line, zone) !== undefined) ? 0 : tail.modifiedAt;
      return lines.map((text) => {
        at = lineTime(text, zone) ?? at;
        return { at, kind, text };
      });
    }),
  );
  return read
    .flat()
    .sort((a, b) => a.at - b.at)
    .slice(-count);
}

/** What was written since, file by file: within a moment, times have no more to say. */
export async function newLines(logs: readonly AgentLog[]): Promise<LogLine[]> {
  const read = await Promise.all(
    logs.map(async ({ tail, kind }) =>
      (await tail.read()).map((text) => ({ kind, text: withoutColors(text) })),
    ),
  );
  return read.flat();
}

/** For a terminal: failures stand out, by a mark where there is no color. */
export function shown({ kind, text }: LogLine, paint: ChalkInstance): string {
  const clean = visible(redact(text));
  const event = lineEvent(text)?.kind;
  if (event !== undefined && GOOD.includes(event)) return paint.green(clean);
  if (kind === 'error' || (event !== undefined && event !== 'unclear')) return paint.red(`✖ ${clean}`);
  return clean;
}

/** Of this machine, as `date +%z` prints it. */
export function localZone(now: Date): string {
  const minutes = -now.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${String(rest).padStart(2, '0')}`;
}
