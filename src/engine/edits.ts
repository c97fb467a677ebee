import { relative, resolve, sep } from 'node:path';
import type { Step } from '../model/remedy.ts';
import { type CheckedTarget, type CheckResult, type Finding, STATUSES } from '../model/report.ts';
import type { SourceLocation } from '../model/source-location.ts';
import { type Host, namesOf } from '../nix/host.ts';
import { touches } from '../nix/origins.ts';
import { changedIn, linesToHide, type Rewriting, rewritten } from '../nix/rewrite.ts';
import type { NixSource } from '../nix/source.ts';
import { SourceFile } from '../nix/source-tree.ts';
import { redact } from '../text/redact.ts';
import { type Hunk, hunksOf, isUnique, unifiedDiff } from '../text/unified-diff.ts';

/** Each is judged by looking at the whole configuration again. */
const MOST_JUDGED = 20;
/** Characters of Nix that are looked at again for all of them, counted for each machine: about three seconds. */
const MOST_READ = 9_000_000;
/** What takes longer for another reason than its size is not looked at twice. */
const LONGEST_MS = 10_000;
/** Lines around what changes: as many as hold nothing that may be a secret. */
const CONTEXTS = [3, 2, 1, 0];
/** Names that need no quotes in a diff. */
const PLAIN_PATH = /^[\w.+@-][\w./+@-]*$/;

type EditStep = Extract<Step, { readonly kind: 'edit' }>;

/** An edit of what stands at one place of one file. */
interface PlacedEdit {
  readonly step: EditStep;
  readonly rewriting: Rewriting;
  readonly at: SourceLocation;
}

/** What a file says before and after an edit. */
interface EditedFile extends PlacedEdit {
  readonly from: string;
  readonly to: string;
}

export interface EditedConfiguration {
  readonly source: NixSource;
  readonly folder: string;
  /** What all checks find in a configuration by its files alone, in the order of its machines. */
  readonly judge: (source: NixSource) => readonly CheckedTarget[];
  /** The same of this one. */
  readonly judged: () => readonly CheckedTarget[];
}

/**
 * Shows edits of the files as diffs, where nothing that was not read may say otherwise, and where the edited configuration,
 * judged again, no longer has the finding, and is nowhere worse.
 */
export function withDiffs(
  reports: readonly CheckedTarget[],
  configuration: EditedConfiguration,
): readonly CheckedTarget[] {
  const { source } = configuration;
  // A machine that could not be found may use the same file.
  if (source.open.length > 0 || source.hosts.length !== reports.length) return reports;
  if (reports.reduce((sum, { durationMs }) => sum + durationMs, 0) > LONGEST_MS) return reports;
  const editing = new Editing(configuration);
  return reports.map((report, machine) => ({
    ...report,
    results: report.results.map((result) => ({
      ...result,
      findings: result.findings.map((finding) => editing.withDiffs(finding, machine)),
    })),
  }));
}

class Editing {
  readonly #configuration: EditedConfiguration;
  #mostJudged: number | undefined;
  /** What came of each edit: machines that share a module share its edits. */
  readonly #outcomes = new Map<string, readonly CheckedTarget[] | undefined>();

  constructor(configuration: EditedConfiguration) {
    this.#configuration = configuration;
  }

  withDiffs(finding: Finding, machine: number): Finding {
    const { remedy, waived, fingerprint } = finding;
    if (remedy === undefined || waived !== undefined) return finding;
    const edits = this.#edited(remedy.lasting.flatMap((step) => this.#placed(step, machine)));
    if (edits === undefined || edits.length === 0) return finding;
    const diffs = new Map<Step, string>();
    for (const edit of edits) {
      const diff = diffOf(edit);
      if (diff === undefined) return finding;
      diffs.set(edit.step, diff);
    }
    if (!this.#helps(edits, machine, fingerprint)) return finding;
    const lasting = remedy.lasting.map((step) => {
      const diff = diffs.get(step);
      return diff === undefined ? step : { ...step, diff };
    });
    return { ...finding, remedy: { ...remedy, lasting } };
  }

  #placed(step: Step, machine: number): readonly PlacedEdit[] {
    const { source, folder } = this.#configuration;
    if (step.kind !== 'edit' || step.file === undefined) return [];
    const { line, column, option } = step;
    const rewriting = rewritingOf(step);
    if (rewriting === undefined || line === undefined || column === undefined) return [];
    const file = fileIn(folder, step.file);
    const host = source.hosts[machine];
    if (host === undefined || !isOnlyIn({ file, line, column }, namesOf(option), host)) return [];
    // Also of another machine that uses the file it must be known what it is.
    const users = source.hosts.filter((each) => each.files.includes(file));
    return users.every((each) => isRead(namesOf(option), each))
      ? [{ step, rewriting, at: { file, line, column } }]
      : [];
  }

  /** What the files say by and by, edit after edit; undefined where one of them cannot be made. */
  #edited(edits: readonly PlacedEdit[]): readonly EditedFile[] | undefined {
    const texts = new Map<string, string>();
    const found: EditedFile[] = [];
    for (const edit of edits) {
      const { file } = edit.at;
      const from = texts.get(file) ?? this.#textOf(file);
      const to =
        from === undefined ? undefined : rewritten(new SourceFile(file, from), edit.at, edit.rewriting);
      if (from === undefined || to === undefined) return undefined;
      texts.set(file, to);
      found.push({ ...edit, from, to });
    }
    return found;
  }

  /** Undefined where it has bytes that are no text: they would not stay what they are. */
  #textOf(file: string): string | undefined {
    const { tree } = this.#configuration.source;
    const read = tree.text(file);
    return 'text' in read && tree.bytes(file)?.equals(Buffer.from(read.text)) === true
      ? read.text
      : undefined;
  }

  /** Whether the finding is gone with these edits, and nothing is worse. */
  #helps(edits: readonly EditedFile[], machine: number, fingerprint: string): boolean {
    const key = JSON.stringify(edits.map(({ at, to }) => [at.file, to]));
    if (!this.#outcomes.has(key)) {
      this.#mostJudged ??= Math.min(MOST_JUDGED, Math.floor(MOST_READ / sizeOf(this.#configuration.source)));
      if (this.#outcomes.size >= this.#mostJudged) return false;
      this.#outcomes.set(key, this.#judgedWith(edits));
    }
    const after = this.#outcomes.get(key);
    if (after === undefined || has(after[machine], fingerprint)) return false;
    const before = this.#configuration.judged();
    return (
      has(before[machine], fingerprint) &&
      before.length === after.length &&
      before.every((each, index) => isNoWorse(each, after[index]))
    );
  }

  #judgedWith(edits: readonly EditedFile[]): readonly CheckedTarget[] | undefined {
    const { source, judge } = this.#configuration;
    const texts = new Map(edits.map(({ at, to }) => [at.file, to]));
    let edited: NixSource | undefined = source;
    for (const [file, text] of texts) edited = edited?.edited(file, text);
    return edited === undefined || edited.open.length > 0 ? undefined : judge(edited);
  }
}

/** A file of a step by its path below the folder of the configuration. */
export const fileIn = (folder: string, file: string): string =>
  relative(resolve(folder), resolve(file)).split(sep).join('/');

function rewritingOf({ before, after, items }: EditStep): Rewriting | undefined {
  if (items !== undefined) return { items };
  return before === undefined || after === undefined ? undefined : { before, after };
}

function sizeOf({ hosts, tree }: NixSource): number {
  const files = hosts.flatMap((host) => host.files);
  return files.reduce((sum, path) => {
    const file = tree.file(path);
    return typeof file === 'string' ? sum : sum + file.text.length;
  }, 0);
}

/** Whether only the definition at a place sets an option, and is known to be in force. */
function isOnlyIn(place: SourceLocation, path: readonly string[], host: Host) {
  const [only, another] = host.definitions(path);
  const { at, holds } = only ?? {};
  return (
    another === undefined &&
    holds?.state === 'known' &&
    holds.value &&
    host.option(path).state === 'known' &&
    at?.file === place.file &&
    at.line === place.line &&
    at.column === place.column
  );
}

/** Whether everything was read of a machine that may set an option. */
const isRead = (path: readonly string[], { gaps }: Pick<Host, 'gaps'>) =>
  gaps.every((gap) => path.every((_, index) => !touches(gap.touches, path.slice(0, index + 1))));

/** What may be a secret, or looks like one, is in no diff; nor is what may be changed elsewhere by mistake. */
function diffOf({ at, from, to, rewriting }: EditedFile): string | undefined {
  const { file } = at;
  if (!PLAIN_PATH.test(file)) return undefined;
  const changed = changedIn(rewriting);
  const hidden = {
    before: linesToHide(new SourceFile(file, from), at, changed),
    after: linesToHide(new SourceFile(file, to), at, changed),
  };
  const hunk = hunksOf(from, to, CONTEXTS).find((each) => mayShow(each, hidden));
  if (hunk === undefined || !isUnique(hunk, from)) return undefined;
  const diff = unifiedDiff(file, hunk);
  return redact(diff) === diff ? diff : undefined;
}

function mayShow(
  { above, lines }: Hunk,
  { before, after }: Readonly<Record<'before' | 'after', ReadonlySet<number>>>,
): boolean {
  let [old, now] = [above, above];
  return lines.every(({ kind }) => {
    const isHidden = (kind !== 'added' && before.has(old)) || (kind !== 'removed' && after.has(now));
    if (kind !== 'added') old++;
    if (kind !== 'removed') now++;
    return !isHidden;
  });
}

const has = (report: CheckedTarget | undefined, fingerprint: string) =>
  report?.results.some(({ findings }) => findings.some((each) => each.fingerprint === fingerprint)) === true;

/** Whether a machine is as it was, or better. */
function isNoWorse(before: CheckedTarget, after: CheckedTarget | undefined): boolean {
  if (after === undefined || before.name !== after.name) return false;
  const had = new Map(before.results.map((result) => [result.check, result]));
  return after.results.every((result) => {
    const was = had.get(result.check);
    return was !== undefined && isNoWorseResult(was, result);
  });
}

function isNoWorseResult(before: CheckResult, after: CheckResult): boolean {
  const isUnread = !['ok', 'skipped'].includes(after.status) && after.reason !== undefined;
  if (isUnread && after.reason !== before.reason) return false;
  if (!isUnread && rank(after) < rank(before)) return false;
  const had = new Map(before.findings.filter(isLive).map((each) => [each.fingerprint, each]));
  return after.findings.filter(isLive).every((each) => {
    const was = had.get(each.fingerprint);
    return was !== undefined && rank(each) >= rank(was);
  });
}

const isLive = ({ waived }: Finding) => waived === undefined;

const rank = ({ status }: Pick<CheckResult, 'status'>) => STATUSES.indexOf(status);
