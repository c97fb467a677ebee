import { join } from 'node:path';
import process from 'node:process';
import { endLine } from '../../../model/upload-log.ts';
import type { UploadReport } from '../../../model/upload-report.ts';
import { notify, type Pushover, readPushover } from '../../../notify/pushover.ts';
import { notification } from '../../../report/upload/notification.ts';
import { uploadProgress } from '../../../report/upload/progress.ts';
import { type ImmichFlags, loadImmichSettings } from '../../../settings/immich.ts';
import { homeFolder } from '../../../text/home.ts';
import { redact } from '../../../text/redact.ts';
import { UsageError } from '../../../text/usage-error.ts';
import { visible, visibleName } from '../../../text/visible.ts';
import { uploadFolder } from '../../../upload/upload.ts';
import { gracefulInterruption } from '../../interruption.ts';
import { tellUnreadFile } from '../../unread-file.ts';
import { refuseKeyFlag } from '../no-key-flag.ts';
import { requireTarget, sourceFolders } from './folders.ts';
import { uploadOptions } from './options.ts';
import { PUSHOVER_FILE } from './pushover-file.ts';
import { keepMemorySmall } from './small-memory.ts';
import { watchFolders } from './watch.ts';

type UploadFlags = Omit<ImmichFlags, 'pushover'> & {
  readonly key?: string | undefined;
  readonly 'dry-run': boolean;
  readonly watch: boolean;
  readonly json: boolean;
  readonly 'no-color': boolean;
};

/** @returns the exit status */
export async function upload(given: readonly string[], flags: UploadFlags, version: string): Promise<number> {
  keepMemorySmall();
  const { key, json, 'no-color': noColor, 'dry-run': dryRun, watch, ...settingFlags } = flags;
  refuseKeyFlag(key);
  if (watch && dryRun)
    throw new UsageError('--watch and --dry-run cannot be used together: choose one of them');
  const folders = await sourceFolders(given);
  await tellUnreadFile(settingFlags);
  const settings = await loadImmichSettings(settingFlags);
  if (settings.engine === 'immich-cli' && settings['limit-rate'] !== undefined)
    throw new UsageError(
      '--limit-rate cannot be used with --engine immich-cli, which has no limit: leave one of them out',
    );
  const options = uploadOptions(settings);
  if (typeof options.proven === 'object')
    for (const folder of folders) await requireTarget(folder, options.proven.moveTo);
  const told = settings.notify
    ? await readPushover(settings.pushover ?? join(homeFolder(), PUSHOVER_FILE))
    : undefined;
  const signal = gracefulInterruption();
  const notes = new Set<string>();
  const run = async (folder: string): Promise<UploadReport> => {
    const progress = json && !process.stderr.isTTY ? undefined : uploadProgress(!noColor);
    const note = (sentence: string) => {
      // Each run of many finds the same.
      if (!notes.has(sentence)) progress?.note(sentence);
      notes.add(sentence);
    };
    const report = await uploadFolder({
      ...options,
      folder,
      dryRun,
      version,
      signal,
      ...(progress === undefined ? {} : { progress: { ...progress, note } }),
    });
    await progress?.end();
    return { ...report, notes: [...settings.notes, ...(told?.notes ?? []), ...report.notes] };
  };
  const send = async (report: UploadReport) => {
    if (told === undefined || (settings['notify-on'] === 'failure' && report.exitStatus === 0)) return;
    await tell(told.pushover, report);
  };
  const show = async (report: UploadReport) => {
    process.stdout.write(json ? await jsonLine(report) : await printed(report, noColor));
    await send(report);
  };
  if (watch) {
    const say = (sentence: string) => process.stderr.write(`hsdoctor: ${sentence}\n`);
    say(`watching ${folders.map(visibleName).join(', ')}: Ctrl-C ends it`);
    const { recursive, followSymlinks, ignore, proven } = options;
    const exclude = typeof proven === 'object' ? { exclude: proven.moveTo } : {};
    const listing = { recursive, followSymlinks, ignore, ...exclude };
    await watchFolders(folders, { listing, signal, run, show, say });
    return 0;
  }
  if (!json) return await eachInTurn(folders, { run, show, signal });
  const reports: UploadReport[] = [];
  const keep = async (report: UploadReport) => {
    reports.push(report);
    await send(report);
  };
  const status = await eachInTurn(folders, { run, show: keep, signal });
  const [only, ...others] = reports;
  const { json: asJson } = await import('../../../report/upload/json.ts');
  process.stdout.write(asJson(only !== undefined && others.length === 0 ? only : reports));
  return status;
}

interface Turns {
  readonly run: (folder: string) => Promise<UploadReport>;
  readonly show: (report: UploadReport) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The worst first: a person has to look at it. */
const BY_WEIGHT = [130, 143, 3, 1, 4, 5, 0];

/** @returns the worst exit status */
async function eachInTurn(folders: readonly string[], { run, show, signal }: Turns): Promise<number> {
  const statuses: number[] = [];
  for (const folder of folders) {
    if (signal.aborted) break;
    const report = await run(folder);
    await show(report);
    statuses.push(report.exitStatus);
  }
  return BY_WEIGHT.find((status) => statuses.includes(status)) ?? 0;
}

async function jsonLine(report: UploadReport): Promise<string> {
  const { jsonLine } = await import('../../../report/upload/json.ts');
  return jsonLine(report);
}

async function printed(report: UploadReport, noColor: boolean): Promise<string> {
  const [{ human }, { terminalStyle }] = await Promise.all([
    import('../../../report/upload/human.ts'),
    import('../../../report/terminal.ts'),
  ]);
  const watched = process.stdout.isTTY;
  const text = human(report, { ...terminalStyle(noColor), watched });
  // A log needs the time, and a line by which the next check knows how the run ended.
  return watched || text === '' ? text : `${text}${visible(redact(endLine(report)))}\n`;
}

/** What does not reach the owner is said here, and changes no result. */
async function tell(pushover: Pushover, report: UploadReport): Promise<void> {
  const message = notification(report);
  const trouble = message === undefined ? undefined : await notify(pushover, message);
  if (trouble !== undefined)
    process.stderr.write(`hsdoctor: the notification was not sent: ${visible(trouble)}\n`);
}
