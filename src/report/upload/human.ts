import { Chalk } from 'chalk';
import {
  type FileResult,
  isInOrder,
  OTHER_NAME_REMOVED,
  PHOTO_NOT_VERIFIED,
  PROOF_LEVELS,
  PROVEN,
  type ProofLevel,
  type UploadOutcome,
  type UploadReport,
} from '../../model/upload-report.ts';
import { bytes, count, counted, elapsed } from '../../text/amount.ts';
import { visible, visibleName } from '../../text/visible.ts';
import { inColor, MARKS, type Page } from '../findings.ts';
import { hang } from '../layout.ts';
import type { Style } from '../terminal.ts';
import { clean } from './clean.ts';
import { NOT_PROVEN_TEXTS, type OutcomeTexts, UNREAD, whatOf } from './outcomes.ts';

/** Names that are shown of each reason. */
const MOST_NAMES = 20;

export interface UploadHumanOptions extends Style {
  /** Somebody looks on: then it is said too that there was nothing to do. */
  readonly watched: boolean;
}

/** For a person: what was found, sent and proven, then what is not, grouped by why. Empty where there was nothing to do. */
export function human(given: UploadReport, { color, width, watched }: UploadHumanOptions): string {
  const report = clean(given);
  const page: Page = { paint: new Chalk({ level: color ? 1 : 0 }), width };
  const idle = report.ending === 'complete' && report.files.length === 0;
  const leftOut = leftOutLines(report, page);
  if (idle)
    return watched || leftOut.length > 0
      ? [
          `Nothing to do: there are no photos or videos ${leftOut.length > 0 ? 'directly ' : ''}in ${visibleName(report.folder)}`,
          ...leftOut,
          '',
        ].join('\n')
      : '';
  const lines = [
    ...headline(report, page),
    ...tallyLines(report, page),
    ...levelLines(report, page),
    ...plannedLines(report, page),
    ...report.notes.flatMap((note) => hang(`${page.paint.yellow(MARKS.warn)} `, visible(note), width)),
    ...leftOut,
    ...(report.ending === 'locked' ? hang('  ', `${page.paint.green('Fix:')} ${WAIT}`, width) : []),
    ...groups(report, page),
    '',
    ...hang('', `Exit status ${report.exitStatus}: ${meaning(report)}.`, width),
  ];
  return `${lines.join('\n')}\n`;
}

const MOST_FOLDERS = 5;

/** Folders with photos that nobody asked for. */
function leftOutLines({ leftOut }: UploadReport, { paint, width }: Page): string[] {
  if (leftOut.length === 0) return [];
  const names = leftOut.slice(0, MOST_FOLDERS).map(visibleName);
  const more = leftOut.length > MOST_FOLDERS ? ` and ${count(leftOut.length - MOST_FOLDERS)} more` : '';
  return hang(
    `${paint.yellow(MARKS.warn)} `,
    `${counted(leftOut.length, 'subfolder')} with photos or videos left out (${names.join(', ')}${more}): use --recursive to upload them too`,
    width,
  );
}

const WAIT =
  'Wait until the other run has ended, then run it again. If no run is going on, or it hangs, hsdoctor check shows what holds the folder.';

function headline(report: UploadReport, page: Page): string[] {
  const { folder, server, files, summary, ending, message, dryRun, exitStatus } = report;
  const status = exitStatus === 0 ? 'ok' : 'fail';
  const of = `${counted(summary.files, 'file')} (${bytes(summary.bytes)}) in ${visibleName(folder)}`;
  const where = server === undefined ? '' : ` · Immich ${visible(server.version)} at ${visible(server.url)}`;
  const isKnown = summary.byChecksum > 0 ? KNOWN : 'verified to be on the server';
  const { foldersUnread: unread } = summary;
  const some = summary.notProven > unread;
  const folders = unread === 0 ? '' : `, and ${counted(unread, 'folder')} ${UNREAD}`;
  const how = dryRun
    ? `dry run, nothing was sent${some ? `; ${count(summary.notProven - unread)} with a problem` : ''}${folders}`
    : `${some ? `${count(summary.proven)} of ${count(summary.files)}` : 'all'} ${isKnown}${folders}`;
  const lead = `${inColor(page, status).bold(MARKS[status])} `;
  const ended =
    ending === 'complete' ? [] : hang(lead, page.paint.bold(visible(message ?? ENDINGS[ending])), page.width);
  if (files.length === 0) return ended;
  const found =
    page.paint.bold(
      summary.files === 0
        ? `${visibleName(folder)}: ${counted(unread, 'folder')} ${UNREAD}`
        : `${of}: ${how}`,
    ) + page.paint.dim(where);
  return [...ended, ...hang(ended.length === 0 ? lead : '  ', found, page.width)];
}

/** Of files of which some are proven by their checksum only. */
const KNOWN = 'known to the server';

const NOT_LOOKED_AT = "the files on the server's disk were not checked (use --verify size)";

const LEVELS: Readonly<Record<ProofLevel, string>> = {
  checksum: `by checksum only: ${NOT_LOOKED_AT}`,
  visible: `by checksum, and visible in Immich: ${NOT_LOOKED_AT}`,
  size: "by checksum, and by the size of the file on the server's disk",
  deep: 'by the bytes that the server sent back',
};

/** How far each file is proven: no more than what was looked at. */
function levelLines({ files, dryRun }: UploadReport, { paint, width }: Page): string[] {
  const proven = files.filter(({ outcome }) => PROVEN.includes(outcome));
  const levels = PROOF_LEVELS.map((level) => ({
    level,
    number: proven.filter(({ verified }) => verified === level).length,
  })).filter(({ number }) => number > 0);
  return levels.flatMap(({ level, number }) =>
    hang('  ', paint.dim(`${count(number)} ${dryRun ? 'known' : 'verified'} ${LEVELS[level]}`), width),
  );
}

const ENDINGS: Readonly<Record<UploadReport['ending'], string>> = {
  complete: 'The run finished',
  locked: 'Another run is using this folder',
  refused: 'The upload did not start',
  'server-lost': 'The connection to the server was lost',
  'timed-out': 'The run reached its time limit',
  interrupted: 'The run was interrupted',
};

/** What a run would do, by name: nobody should have to guess which files go. */
function plannedLines({ files, dryRun }: UploadReport, { paint, width }: Page): string[] {
  if (!dryRun) return [];
  const plans = [
    ['would be sent', files.filter(({ outcome }) => outcome === 'would-upload')],
    ['would be restored from the trash', files.filter(({ outcome }) => outcome === 'would-restore')],
    ['would be deleted here, once verified', files.filter(({ local }) => local === 'would-delete')],
    ['would be moved, once verified', files.filter(({ local }) => local === 'would-move')],
  ] as const;
  return plans
    .filter(([, planned]) => planned.length > 0)
    .flatMap(([what, planned]) => [
      ...hang('  ', `${counted(planned.length, 'file')} ${what} (${bytes(sizeOf(planned))}):`, width),
      ...nameLines(planned, paint),
    ]);
}

const sizeOf = (files: readonly FileResult[]) => files.reduce((sum, file) => sum + file.bytes, 0);

/** Never wrapped: a name that was broken in two is another name. */
function nameLines(files: readonly FileResult[], paint: Page['paint']): string[] {
  const more = files.length - MOST_NAMES;
  return [
    ...files.slice(0, MOST_NAMES).map(({ path }) => `    ${visibleName(path)}`),
    ...(more > 0 ? [paint.dim(`    and ${count(more)} more`)] : []),
  ];
}

function tallyLines({ files, summary, durationMs }: UploadReport, { paint, width }: Page): string[] {
  const of = (outcome: UploadOutcome) => files.filter((file) => file.outcome === outcome).length;
  const seconds = durationMs / 1000;
  const rate = summary.bytesSent > 0 && seconds > 0 ? `, ${bytes(summary.bytesSent / seconds)}/s` : '';
  const parts = [
    summary.sent > 0 &&
      `${count(summary.sent)} sent (${bytes(summary.bytesSent)} in ${elapsed(durationMs)}${rate})`,
    of('attached') > 0 && `${counted(of('attached'), 'sidecar')} sent with a photo`,
    of('present') > 0 && `${count(of('present'))} already on the server`,
    of('restored') > 0 && `${count(of('restored'))} restored from the trash`,
    summary.deleted > 0 && `${count(summary.deleted)} deleted here (${bytes(summary.bytesFreed)} freed)`,
    summary.moved > 0 && `${count(summary.moved)} moved`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? [] : hang('  ', paint.dim(parts.join(' · ')), width);
}

/** What is not proven, and what is proven and has a word to it: why, which, and what to do. */
function groups({ files, ending }: UploadReport, page: Page): string[] {
  const { paint, width } = page;
  const order = Object.keys(NOT_PROVEN_TEXTS);
  const told = files.filter(({ outcome, reason }) => !isInOrder(outcome) || reason !== undefined);
  const byReason = Map.groupBy(told, ({ outcome, reason, folder }) =>
    JSON.stringify([isInOrder(outcome) ? '' : outcome, reason, folder]),
  );
  const ranked = [...byReason.values()]
    .map((group) => ({ group, first: group[0] as FileResult }))
    .sort((a, b) => rank(order, a.first) - rank(order, b.first));
  return ranked.flatMap(({ group, first }) => {
    const { outcome, reason, folder } = first;
    const words = NOT_PROVEN_TEXTS[outcome] ?? { what: 'verified', fix: '' };
    const fix = fixOf(words, { group, reason, ending });
    const status = isInOrder(outcome) ? 'skipped' : FAILURES.includes(outcome) ? 'fail' : 'warn';
    const why = reason === undefined ? '' : `: ${visible(reason)}`;
    return [
      '',
      ...hang(
        `${inColor(page, status).bold(MARKS[status])} `,
        `${paint.bold(`${counted(group.length, folder ? 'folder' : 'file')} ${whatOf(first) ?? words.what}`)}${why}`,
        width,
      ),
      ...nameLines(group, paint),
      ...(fix === '' ? [] : hang('  ', `${paint.green('Fix:')} ${fix}`, width)),
    ];
  });
}

interface SameOutcome {
  readonly group: readonly FileResult[];
  readonly reason: string | undefined;
  readonly ending: UploadReport['ending'];
}

function fixOf(words: OutcomeTexts, { group, reason, ending }: SameOutcome): string {
  if (reason === OTHER_NAME_REMOVED) return REMOVE_OTHER_NAME;
  if (reason === PHOTO_NOT_VERIFIED) return words.ofWaitingSidecars ?? words.fix;
  const areSidecars = group.every(({ path }) => /\.xmp$/i.test(path));
  return (
    (areSidecars ? words.ofSidecars : undefined) ??
    (ending === 'server-lost' ? words.afterLoss : undefined) ??
    words.fix
  );
}

const REMOVE_OTHER_NAME = 'Run it again: nothing is sent twice, and this name is removed, too.';

const FAILURES: readonly UploadOutcome[] = ['failed', 'unproven', 'damaged'];

function rank(order: readonly string[], { outcome }: FileResult): number {
  return isInOrder(outcome) ? order.length : order.indexOf(outcome);
}

function meaning({ exitStatus, dryRun, files, ending, summary }: UploadReport): string {
  const kept = summary.notProven > 0 ? ', and nothing unverified was deleted' : '';
  switch (exitStatus) {
    case 0:
      return dryRun
        ? 'dry run, nothing was sent or deleted'
        : files.length === 0
          ? 'there was nothing to do'
          : summary.byChecksum > 0
            ? 'the server knows all files'
            : 'all files are verified';
    case 1:
      return dryRun
        ? 'some files have a problem; dry run, nothing was sent or deleted'
        : summary.notProven === summary.foldersUnread
          ? `${summary.foldersUnread === 1 ? 'a folder' : 'some folders'} ${UNREAD}`
          : `some files are not verified${kept}`;
    case 3:
      return 'the upload did not start, for the reason above';
    case 4:
      return 'another run is using the folder';
    case 5:
      return 'all files were still changing';
    default:
      return ending === 'interrupted' ? `interrupted${kept}` : 'the run did not finish';
  }
}
