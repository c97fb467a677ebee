import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import * as z from 'zod/mini';
import type { Report, TargetReport } from '../../model/report.ts';
import { hang } from '../../report/layout.ts';
import { instant } from '../../report/time.ts';
import { xdgFolder } from '../../text/home.ts';
import { ioCode, ioReason } from '../../text/io-error.ts';
import { NotReadable, readSmallFile } from '../../text/small-file.ts';
import { UsageError } from '../../text/usage-error.ts';
import { visible } from '../../text/visible.ts';

const finding = z.object({
  /** Kind and name. */
  target: z.string(),
  check: z.string(),
  title: z.string(),
  fingerprint: z.string(),
});
type RememberedFinding = z.infer<typeof finding>;

const lastCheck = z.object({
  version: z.literal(1),
  at: z.iso.datetime(),
  hosts: z.array(z.string()),
  source: z.optional(z.string()),
  eval: z.boolean(),
  config: z.optional(z.string()),
  sudo: z.boolean(),
  /** Ids of the checks that were not ok. */
  checks: z.array(z.string()),
  findings: z.array(finding),
});

/** What `--last` looks at again. */
export type LastCheck = z.infer<typeof lastCheck>;

/** What was checked, in the words that check it again. */
export type CheckedWith = Pick<LastCheck, 'hosts' | 'source' | 'eval' | 'config' | 'sudo'>;

const file = () => join(xdgFolder('XDG_STATE_HOME', '.local/state'), 'hsdoctor', 'last-check.json');

/** That of thousands of findings on each of fifty hosts is smaller. */
const MOST_MIB = 64;

/** @throws {UsageError} where there is nothing to look at again */
export async function readLastCheck(): Promise<LastCheck> {
  const path = file();
  const text = await readSmallFile(path, { mostMiB: MOST_MIB }).catch((error) => {
    if (['ENOENT', 'ENOTDIR'].includes(ioCode(error) ?? '')) return undefined;
    if (error instanceof NotReadable) throw unusable(path, error.message);
    if (ioCode(error) !== undefined) throw unusable(path, ioReason(error));
    throw error;
  });
  if (text === undefined)
    throw new UsageError(
      '--last: no check is remembered (a check of a bundle is not): run `hsdoctor check` first',
    );
  const read = lastCheck.safeParse(parsed(text)).data;
  if (read === undefined) throw unusable(path, 'it is damaged, or another version of hsdoctor wrote it');
  if (read.checks.length === 0)
    throw new UsageError(
      `--last: the check at ${instant(read.at)} found nothing to repeat: run \`hsdoctor check\``,
    );
  return read;
}

const unusable = (path: string, why: string) =>
  new UsageError(
    `--last looks again at what the last check found, and ${path}, which remembers it, cannot be read: ${why}; run \`hsdoctor check\``,
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NOT_OK = ['fail', 'warn', 'unknown'];

const idOf = ({ kind, name }: TargetReport) => `${kind} ${name}`;

const findingsOf = (report: Report): readonly RememberedFinding[] =>
  report.targets.flatMap((target) =>
    target.results.flatMap(({ findings }) =>
      findings
        .filter(({ waived }) => waived === undefined)
        .map(({ check, title, fingerprint }) => ({ target: idOf(target), check, title, fingerprint })),
    ),
  );

/** Whether the check of such a finding had a result on its target; of one that is waived whole it is that it does not count. */
const isJudged = (report: Report, finding: RememberedFinding) =>
  report.targets
    .filter((target) => idOf(target) === finding.target)
    .flatMap(({ results }) => results.filter(({ check }) => check === finding.check))
    .some(({ status, findings }) => status !== 'unknown' && (status !== 'skipped' || findings.length > 0));

/** For `--last`. A home that cannot be written to is not worth a word: nobody has asked for it. */
export async function rememberCheck(
  report: Report,
  checked: CheckedWith,
  last: LastCheck | undefined,
): Promise<void> {
  const { source, config, ...rest } = checked;
  const results = report.targets.flatMap((target) => target.results);
  // What could not be checked this time has still to be looked at.
  const waiting = (last?.findings ?? []).filter((each) => !isJudged(report, each));
  const now = findingsOf(report);
  const open = [
    ...now,
    ...waiting.filter((each) => !now.some(({ fingerprint }) => fingerprint === each.fingerprint)),
  ];
  const remembered: LastCheck = {
    version: 1,
    at: report.startedAt,
    ...rest,
    ...(source === undefined ? {} : { source: resolve(source) }),
    ...(config === undefined ? {} : { config: resolve(config) }),
    checks: [
      ...new Set(
        [...results.filter(({ status }) => NOT_OK.includes(status)), ...open].map(({ check }) => check),
      ),
    ],
    findings: open,
  };
  const path = file();
  // Of this process alone, and nothing that was there before: another check may end at the same time.
  const written = `${path}.${process.pid}.${Date.now()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(written, JSON.stringify(remembered), { mode: 0o600, flag: 'wx' });
    await chmod(written, 0o600);
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true }).catch(() => undefined);
    if (ioCode(error) === undefined) throw error;
  }
}

/** What became of each finding, for people: gone, still there, new, or not checked this time. */
export function sinceLastCheck(last: LastCheck, report: Report, width: number): string {
  const now = findingsOf(report);
  const isThere = (fingerprint: string) => now.some((each) => each.fingerprint === fingerprint);
  const before = last.findings.map((each) => {
    if (isThere(each.fingerprint)) return { word: 'still', ...each };
    return { word: isJudged(report, each) ? 'gone' : 'not checked', ...each };
  });
  const known = new Set(last.findings.map(({ fingerprint }) => fingerprint));
  const fresh = now
    .filter(({ fingerprint }) => !known.has(fingerprint))
    .map((each) => ({ word: 'new', ...each }));
  const lines = [...before, ...fresh].flatMap(({ word, title, check }) =>
    hang(`  ${`${word}:`.padEnd(13)}`, visible(`${title}  ${check}`), width),
  );
  if (lines.length === 0) return '';
  return `\n${[`Since the check at ${instant(last.at)}:`, ...lines].join('\n')}\n`;
}
