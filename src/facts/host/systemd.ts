import { FactUnavailable } from '../../model/fact.ts';
import { PartialValue, type RawOutput } from '../../model/probe.ts';
import { entryOf } from '../../text/entry.ts';

/** A time as `systemctl show` prints it under `TZ=UTC` (`Mon 2026-11-23 01:04:42 UTC`), in milliseconds since 1970. */
export function systemdTime(text: string | undefined): number | undefined {
  const match = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/.exec(text ?? '');
  return match === null ? undefined : Date.parse(`${match[1]}T${match[2]}Z`);
}

const CLOCK_SLACK_MS = 60_000;
/** What is older was told by a clock that began in 1970, milliseconds. */
export const CLOCKS_WORK_SINCE = Date.UTC(2015, 0, 1);

/** Shell text that prints the clock, and how long the kernel has been running. */
export const CLOCK = `read -r uptime _ </proc/uptime 2>/dev/null || uptime=
echo "Now=$(date +%s)"
echo "Uptime=$uptime"`;

/** Whether an output was read to its end, which CLOCK prints. */
export const isEndedByClock = (stdout: string) => /(?:^|\n)Now=\d+\nUptime=[\d.]*\n$/.test(stdout);

/**
 * The blocks of a list that CLOCK ends, or that is only the version of systemd where there is nothing to show. Of one that was
 * cut, the last block is left out: a unit that is only half told would be another one.
 */
export function listIn({ stdout, capped }: RawOutput): { readonly isWhole: boolean; readonly text: string } {
  const isEnded = /^Version=[^\r\n]+\n$/.test(stdout) || isEndedByClock(stdout);
  if (isEnded && !capped) return { isWhole: true, text: stdout };
  return { isWhole: false, text: stdout.slice(0, Math.max(0, stdout.lastIndexOf('\n\n'))) };
}

/** Without a battery a clock begins in 1970, or where it was last set by an image that was built then. */
const LONG_BEHIND_MS = 86_400_000;

/**
 * A time of systemd on the clock as it goes now. systemd notes what the clock said then. Where it was ahead and was set back
 * since (a machine that keeps local time in its hardware), that may lie in the future: all that happened after would seem
 * to be of before. Where it was far behind, as in 1970, a start of a moment ago would seem to take for decades.
 * @param microseconds of the kernel's own, which nobody sets, at the same time
 */
export function presentTime(
  told: number | undefined,
  microseconds: string | undefined,
  { Now, Uptime }: Readonly<Record<string, string>>,
): number | undefined {
  const then = Number(Now) * 1000 - (Number(Uptime) * 1000 - Number(microseconds) / 1000);
  if (told === undefined || !Uptime || !microseconds || Number.isNaN(then)) return told;
  return told - then > CLOCK_SLACK_MS || then - told > LONG_BEHIND_MS ? then : told;
}

const UNITS_IN_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A duration as systemd prints it (`1min 30s`, `100ms`, `infinity`), in milliseconds. */
export function systemdDuration(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w)\b/g)];
  return parts.length === 0
    ? undefined
    : parts.reduce(
        (sum, [, amount, unit]) => sum + Number(amount) * (entryOf(UNITS_IN_MS, unit ?? '') ?? 0),
        0,
      );
}

/** @throws {FactUnavailable} where systemctl says that no systemd answers. */
export function requireSystemd(raw: RawOutput): void {
  // Where it runs and only its bus does not answer, everything is possible.
  if (/not been booted with systemd/.test(raw.stderr))
    throw new FactUnavailable('not-applicable', 'systemd is not running here');
  if (raw.exitCode !== 0)
    throw new FactUnavailable('failed', `systemctl exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
  // Some have been told by then, and a pipe or a later command ends well.
  const [broken] = BROKEN_OFF.exec(raw.stderr) ?? [];
  if (broken !== undefined) throw new FactUnavailable('failed', `systemctl said: ${broken}`);
}

/** What systemctl says when systemd, which is executed again at a switch, does not answer to the end. */
const BROKEN_OFF = /^Failed to (?:get properties|list unit|connect to bus|retrieve|get load state).*/m;

/**
 * journalctl exits with 0 although it was not allowed to see anything, and says so only in a hint.
 * @throws {FactUnavailable}
 */
export function requireJournal(raw: RawOutput): void {
  if (/insufficient permissions|not seeing messages from other users/.test(raw.stderr)) {
    throw new FactUnavailable('denied', 'this user cannot read the system journal; run with --sudo');
  }
  if (/No journal files were found/.test(raw.stderr))
    throw new FactUnavailable('failed', 'there is no journal');
  const status = /^journalctl ended with (\d+)$/m.exec(raw.stderr);
  // Cut off at the limit, it ends by a closed pipe: what came before is true.
  if (raw.capped) return;
  if (status !== null)
    throw new FactUnavailable(
      'failed',
      `journalctl failed (exit status ${status[1]}): ${raw.stderr.replace(status[0], '').trim()}`,
    );
  // Every script of the journal ends with 0, whether it finds something or not.
  if (raw.exitCode !== 0)
    throw new FactUnavailable(
      'failed',
      `the journal could not be read (exit status ${raw.exitCode}): ${raw.stderr.trim()}`,
    );
}

/**
 * What was read of the journal, and that it is not all where journalctl left out a file of it: a damaged one, after a
 * loss of power. It exits with 0 all the same.
 */
export function ofJournal<T>(raw: RawOutput, value: T | PartialValue<T>): T | PartialValue<T> {
  const ignored = /^.*, ignoring file\b.*$/m.exec(raw.stderr)?.[0];
  if (ignored === undefined) return value;
  return value instanceof PartialValue
    ? new PartialValue(value.value, `${value.incomplete}; ${ignored}`)
    : new PartialValue(value, ignored);
}

/**
 * Shell text that runs journalctl within a pipeline, where its exit status would otherwise be lost. journalctl is
 * silent about what it may not see when it prints JSON: so it is asked once in a format in which it says so.
 */
export function journalctl(options: string): string {
  return `{ { journalctl --no-pager --lines=0 >/dev/null; journalctl --no-pager "$journal_window" ${options}; } || echo "journalctl ended with $?" >&2; }`;
}
