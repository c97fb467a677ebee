import { join } from 'node:path';
import {
  type FileResult,
  isInOrder,
  OTHER_NAME_REMOVED,
  PROVEN,
  type UploadOutcome,
  type UploadReport,
} from '../model/upload-report.ts';
import type { FoundFile } from './files/found-file.ts';
import { type FileIdentity, sameIdentity } from './files/identity.ts';
import { hasSameContent } from './files/look.ts';
import { companiesOf } from './files/media.ts';
import { isMediaName, type MediaTypes } from './files/media-types.ts';
import type { Walk } from './files/walk.ts';
import type { UploadOptions } from './options.ts';

type UploadEnding = UploadReport['ending'];

/** What may cost the next run time again. */
const FAILED: readonly UploadOutcome[] = ['failed', 'unproven', 'damaged', 'unseen', 'incomplete'];

/** Keeps what became of each file that was found, and makes the report of it: none that was found is missing there. */
export class RunReport {
  readonly #startedAt = new Date();
  readonly #options: UploadOptions;
  /** By name: how it was listed, and when it is known what became of it, that. */
  readonly #files = new Map<string, FileResult | FileIdentity>();
  /** How those were listed in whose place others may come. */
  readonly #identities = new Map<string, FileIdentity>();
  #hasEmpty = false;
  /** Of files that are no longer here, and whose names others have now. */
  readonly #earlier: FileResult[] = [];
  /** Names of those that a link leads to, which stay where they are. */
  readonly #linked = new Set<string>();
  /** Names of sidecars without a photo. */
  readonly #orphans = new Set<string>();
  readonly #notes: string[] = [];
  #leftOut: readonly string[] = [];
  #server: UploadReport['server'];

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  note(sentence: string): void {
    if (this.#notes.includes(sentence)) return;
    this.#notes.push(sentence);
    this.#options.progress?.note(sentence);
  }

  leftOut(folders: readonly string[]): void {
    this.#leftOut = folders;
  }

  get hasReachedServer(): boolean {
    return this.#server !== undefined;
  }

  get hasEmpty(): boolean {
    return this.#hasEmpty;
  }

  reached(server: NonNullable<UploadReport['server']>): void {
    this.#server = server;
  }

  /**
   * The photos of a listing, with their sidecars, that no listing had before. One that came in the place of another that
   * is gone, or got its first bytes, is one of them: nobody else will tell of it.
   *
   * @returns those that may belong together in one list
   */
  found({ files, problems }: Walk, types: MediaTypes): (readonly FoundFile[])[] {
    for (const { name, reason, kind } of problems) {
      const isConcerned = kind === 'folder' || isMediaName(name, types);
      if (!isConcerned || this.#files.has(name)) continue;
      const folder = kind === 'folder' ? { folder: true as const } : {};
      this.done({ path: name, ...folder, bytes: 0, outcome: 'failed', local: 'kept', reason });
    }
    const news: (readonly FoundFile[])[] = [];
    let count = 0;
    let bytes = 0;
    for (const company of companiesOf(files, types)) {
      if (!company.some(({ name }) => isMediaName(name, types))) continue;
      const fresh = this.#newsOf(company);
      if (fresh.length === 0) continue;
      news.push(fresh);
      for (const file of fresh) this.#lists(file);
      count += fresh.length;
      bytes += fresh.reduce((sum, { identity }) => sum + identity.bytes, 0);
    }
    if (count > 0) this.#options.progress?.found(count, bytes);
    return news;
  }

  /** With a photo that is new, a sidecar that had none may have found the one that it is of. */
  #newsOf(company: readonly FoundFile[]): readonly FoundFile[] {
    const news = company.filter((file) => !this.#orphans.has(file.name) && this.#isNew(file));
    if (news.length === company.length) return company;
    return news.length === 0 ? news : [...news, ...company.filter(({ name }) => this.#orphans.has(name))];
  }

  #lists({ name, identity, linked }: FoundFile): void {
    const before = this.#files.get(name);
    if (before !== undefined && isResult(before) && before.local !== 'kept') this.#earlier.push(before);
    this.#orphans.delete(name);
    if (linked) this.#linked.add(name);
    this.#files.set(name, identity);
  }

  #isNew({ name, identity }: FoundFile): boolean {
    const before = this.#files.get(name);
    if (before === undefined) return true;
    const listed = this.#identities.get(name);
    if (!isResult(before) || listed === undefined || sameIdentity(listed, identity)) return false;
    if (before.outcome === 'empty') return identity.bytes > 0;
    return before.local !== 'kept' || before.outcome === 'vanished';
  }

  /** Of a sidecar without a photo, which is nobody's concern. */
  forget({ name }: FoundFile): void {
    this.#files.delete(name);
    this.#orphans.add(name);
  }

  left({ name, identity }: FoundFile, outcome: UploadOutcome, reason: string): void {
    this.done({ path: name, bytes: identity.bytes, outcome, local: 'kept', reason });
  }

  done(result: FileResult): void {
    const { path, outcome, local } = result;
    const listed = this.#files.get(path);
    const mayBeReplaced = local !== 'kept' || outcome === 'vanished' || outcome === 'empty';
    const isAskedAbout = mayBeReplaced || outcome === 'changed';
    if (isAskedAbout && listed !== undefined && !isResult(listed)) this.#identities.set(path, listed);
    if (outcome === 'empty') this.#hasEmpty = true;
    this.#files.set(path, result);
    this.#options.progress?.done(result);
  }

  /** Those that failed, and of those that did so before, those that were not reached. */
  failed(failedBefore: (name: string) => boolean): string[] {
    const failed: string[] = [];
    for (const [name, result] of this.#files) {
      const isOpen = !isResult(result) || result.outcome === 'not-reached';
      if (isOpen ? failedBefore(name) : FAILED.includes(result.outcome)) failed.push(name);
    }
    return failed;
  }

  end(ending: UploadEnding, message?: string): UploadReport {
    this.#explainHardLinks();
    const files = [...this.#earlier];
    for (const [path, result] of this.#files)
      files.push(isResult(result) ? this.#foreseen(result) : notReached(path, result));
    files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    return {
      schemaVersion: 1,
      tool: { name: 'hsdoctor', version: this.#options.version },
      startedAt: this.#startedAt.toISOString(),
      durationMs: Date.now() - this.#startedAt.getTime(),
      folder: this.#options.folder,
      dryRun: this.#options.dryRun,
      afterwards: afterwardsOf(this.#options),
      ...(this.#server === undefined ? {} : { server: this.#server }),
      ending,
      ...(message === undefined ? {} : { message }),
      notes: this.#notes,
      leftOut: [...this.#leftOut],
      files,
      summary: summaryOf(files),
      exitStatus: this.#exitStatus(ending, files),
    };
  }

  /** To remove a name of a file changes the metadata of the file, which may have others. */
  #explainHardLinks(): void {
    const results = [...this.#files.values()].filter(isResult);
    const changed = results.filter(({ outcome }) => outcome === 'changed');
    if (changed.length === 0) return;
    const identityOf = ({ path }: FileResult) => this.#identities.get(path);
    const removed = new Set(
      results
        .filter(({ local }) => local !== 'kept')
        .map(identityOf)
        .map(nodeOf),
    );
    for (const result of changed) {
      const listed = identityOf(result);
      if (listed === undefined || !removed.has(nodeOf(listed))) continue;
      if (hasSameContent(join(this.#options.folder, result.path), listed))
        this.#files.set(result.path, { ...result, reason: OTHER_NAME_REMOVED });
    }
  }

  /** Of a rehearsal: what a run would do with the file here. */
  #foreseen(result: FileResult): FileResult {
    const { dryRun, proven } = this.#options;
    const { path, outcome, reason } = result;
    const stays = proven === 'keep' || !isInOrder(outcome) || reason !== undefined || this.#linked.has(path);
    if (!dryRun || stays) return result;
    return { ...result, local: proven === 'delete' ? 'would-delete' : 'would-move' };
  }

  #exitStatus(ending: UploadEnding, files: readonly FileResult[]): number {
    if (ending === 'locked') return 4;
    if (ending === 'refused') return 3;
    if (ending === 'interrupted') return this.#options.signal?.reason === 'SIGINT' ? 130 : 143;
    const open = files.filter(({ outcome }) => !isInOrder(outcome));
    // What a run did not see before its end, it cannot call proven.
    if (open.length === 0) return ending === 'complete' ? 0 : 1;
    return open.length === files.length && open.every(({ outcome }) => outcome === 'unsettled') ? 5 : 1;
  }
}

const isResult = (known: FileResult | FileIdentity): known is FileResult => 'outcome' in known;

const nodeOf = (identity: FileIdentity | undefined): string | undefined =>
  identity === undefined ? undefined : `${identity.device}:${identity.inode}`;

const notReached = (path: string, { bytes }: FileIdentity): FileResult => ({
  path,
  bytes,
  outcome: 'not-reached',
  local: 'kept',
});

const afterwardsOf = ({ proven }: UploadOptions): UploadReport['afterwards'] =>
  typeof proven === 'object' ? 'move' : proven;

const isByChecksum = ({ outcome, verified }: FileResult): boolean =>
  PROVEN.includes(outcome) && (verified === 'checksum' || verified === 'visible');

function summaryOf(files: readonly FileResult[]): UploadReport['summary'] {
  const bytesOf = (some: readonly FileResult[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
  const foldersUnread = files.filter(({ folder }) => folder).length;
  const proven = files.filter(({ outcome }) => PROVEN.includes(outcome)).length;
  const sent = files.filter((file) => file.sent);
  const deleted = files.filter(({ local }) => local === 'deleted');
  return {
    files: files.length - foldersUnread,
    foldersUnread,
    bytes: bytesOf(files),
    proven,
    byChecksum: files.filter(isByChecksum).length,
    toSend: files.filter(({ outcome }) => outcome === 'would-upload').length,
    toRestore: files.filter(({ outcome }) => outcome === 'would-restore').length,
    sent: sent.length,
    bytesSent: bytesOf(sent),
    deleted: deleted.length,
    bytesFreed: bytesOf(deleted),
    moved: files.filter(({ local }) => local === 'moved').length,
    notProven: files.filter(({ outcome }) => !isInOrder(outcome)).length,
  };
}
