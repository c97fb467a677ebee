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
import { visible } from '../../../text/visible.ts';
import { uploadFolder } from '../../../upload/upload.ts';
import { gracefulInterruption } from '../../interruption.ts';
import { tellUnreadFile } from '../../unread-file.ts';
import { refuseKeyFlag } from '../no-key-flag.ts';
import { requireTarget, sourceFolder } from './folders.ts';
import { uploadOptions } from './options.ts';
import { PUSHOVER_FILE } from './pushover-file.ts';
import { keepMemorySmall } from './small-memory.ts';

type UploadFlags = Omit<ImmichFlags, 'pushover'> & {
  readonly key?: string | undefined;
  readonly 'dry-run': boolean;
  readonly json: boolean;
  readonly 'no-color': boolean;
};

/** @returns the exit status */
export async function upload(given: string, flags: UploadFlags, version: string): Promise<number> {
  keepMemorySmall();
  const { key, json, 'no-color': noColor, 'dry-run': dryRun, ...settingFlags } = flags;
  refuseKeyFlag(key);
  const folder = await sourceFolder(given);
  await tellUnreadFile(settingFlags);
  const settings = await loadImmichSettings(settingFlags);
  const options = uploadOptions(settings);
  if (typeof options.proven === 'object') await requireTarget(folder, options.proven.moveTo);
  const told = settings.notify
    ? await readPushover(settings.pushover ?? join(homeFolder(), PUSHOVER_FILE))
    : undefined;
  const progress = json && !process.stderr.isTTY ? undefined : uploadProgress(!noColor);
  const run = await uploadFolder({
    ...options,
    folder,
    dryRun,
    version,
    signal: gracefulInterruption(),
    ...(progress === undefined ? {} : { progress }),
  });
  await progress?.end();
  const report = { ...run, notes: [...settings.notes, ...(told?.notes ?? []), ...run.notes] };
  process.stdout.write(await printed(report, json, noColor));
  if (told !== undefined) await tell(told.pushover, report);
  return report.exitStatus;
}

async function printed(report: UploadReport, asJson: boolean, noColor: boolean): Promise<string> {
  if (asJson) {
    const { json } = await import('../../../report/upload/json.ts');
    return json(report);
  }
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
