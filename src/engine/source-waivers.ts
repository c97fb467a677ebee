import type { Check } from '../checks/define.ts';
import { oncePer } from '../facts/config/once-per.ts';
import type { CheckedTarget, CheckResult, Finding } from '../model/report.ts';
import type { SourceLocation } from '../model/source-location.ts';
import { isExpired, type Waiver, type WaiverProblem } from '../model/waiver.ts';
import type { Host } from '../nix/host.ts';
import type { NixSource } from '../nix/source.ts';
import { type WaiverComment, waiverComments } from '../nix/waiver-comments.ts';
import { didYouMean } from '../text/nearest.ts';
import type { WaiversContext } from './results/waivers/source.ts';
import { type Applicable, bySettings, placeKey, waivableIds, waive } from './waivers.ts';

type CheckedHost = Pick<CheckedTarget, 'name' | 'results'> & { readonly host: Pick<Host, 'files' | 'gaps'> };

/** The waivers of a configuration, in its files and in the settings, and what became of each. */
export class SourceWaivers {
  readonly #source: NixSource;
  readonly #checks: readonly Check[];
  readonly #known: readonly string[];
  readonly #ofHosts: readonly string[];
  readonly #settings: readonly Waiver[];
  readonly #now: number;
  readonly #byFile = new Map<string, readonly WaiverComment[]>();
  readonly #used = new Set<Waiver>();

  /**
   * @param checks those that are run
   * @param known all checks that there are
   */
  constructor(
    source: NixSource,
    {
      checks,
      known,
      settings,
      now,
    }: {
      readonly checks: readonly Check[];
      readonly known: readonly Check[];
      readonly settings: readonly Waiver[];
      readonly now: number;
    },
  ) {
    this.#source = source;
    this.#checks = checks;
    this.#known = waivableIds(known);
    this.#ofHosts = known.flatMap(({ id, source: inSource }) => (inSource === undefined ? [id] : []));
    this.#settings = settings;
    this.#now = now;
  }

  waive(checked: CheckedHost): CheckResult[] {
    const applicable = [
      ...this.#comments(filesOf(checked)).flatMap(applicableComment),
      ...this.#settings.map(bySettings),
    ];
    return waive(checked.results, applicable, checked.name, this.#now, (waiver) => this.#used.add(waiver));
  }

  /** How many waivers each machine has, and what is wrong with them; each is told once. */
  states(hosts: readonly CheckedHost[]): ReadonlyMap<CheckedHost, WaiversContext['waivers']> {
    const told = new Set<WaiverComment>();
    const found = new Map<CheckedHost, { all: number; readonly problems: WaiverProblem[] }>();
    for (const each of hosts) {
      const comments = this.#comments(filesOf(each));
      const fresh = comments.filter((comment) => !told.has(comment));
      for (const comment of fresh) told.add(comment);
      found.set(each, {
        all: comments.length,
        problems: fresh.flatMap((comment) => this.#problemsOfComment(comment, hosts)),
      });
    }
    for (const waiver of this.#settings) {
      const of = hosts.filter(({ name }) => waiver.host === undefined || waiver.host === name);
      const [first] = found.values();
      if (of.length === 0 && first !== undefined) {
        const problems = this.#ofNoMachine(waiver, hosts);
        first.all += problems.length;
        first.problems.push(...problems);
      }
      for (const [index, each] of of.entries()) {
        const own = found.get(each);
        if (own === undefined) continue;
        own.all += 1;
        if (index === 0) own.problems.push(...this.#problemsOf(waiver, of, waiver.location));
      }
    }
    return found;
  }

  /** What is written for a configuration can be meant for its own machines only. */
  #ofNoMachine({ by, check, host = '', location }: Waiver, hosts: readonly CheckedHost[]): WaiverProblem[] {
    if (location === undefined || this.#source.open.length > 0) return [];
    const names = hosts.map(({ name }) => name);
    const text = `no machine of this configuration is named "${host}"${didYouMean(host, names) || `; there are: ${names.join(', ')}`}`;
    return [{ kind: 'malformed', by, check, location, text }];
  }

  #problemsOfComment(comment: WaiverComment, hosts: readonly CheckedHost[]): readonly WaiverProblem[] {
    const { at } = comment;
    const by = `${at.file}:${at.line}`;
    if ('malformed' in comment) return [{ kind: 'malformed', by, location: at, text: comment.malformed }];
    const { check } = comment.waiver;
    if (!this.#known.includes(check)) {
      const text = `there is no check "${check}"${didYouMean(check, this.#known)}`;
      return [{ kind: 'malformed', by, location: at, text }];
    }
    if (this.#ofHosts.includes(checkIn(check))) {
      const text = `${check} checks hosts, not configurations: put this waiver in your own settings`;
      return [{ kind: 'malformed', by, location: at, text }];
    }
    return this.#problemsOf(
      comment.waiver,
      hosts.filter((each) => filesOf(each).has(at.file)),
      at,
    );
  }

  #problemsOf(
    waiver: Waiver,
    hosts: readonly CheckedHost[],
    location: SourceLocation | undefined,
  ): readonly WaiverProblem[] {
    const { check, by, reason, until } = waiver;
    const told = { by, check, ...(location === undefined ? {} : { location }) };
    if (isExpired(waiver, this.#now))
      return [{ ...told, kind: 'expired', text: `until ${until}: ${reason}` }];
    const statuses = hosts.flatMap(({ results }) =>
      results.flatMap((result) => (result.check === checkIn(check) ? result.status : [])),
    );
    // Who could not see everything cannot tell that there is nothing; and a waiver may be for hosts alone.
    const isWhole = hosts.every(({ host }) => host.gaps.every(({ touches }) => touches === 'nothing'));
    const seen = statuses.length > 0 && !statuses.includes('unknown') && isWhole;
    const isRun = this.#checks.some(({ id, source }) => id === checkIn(check) && source !== undefined);
    return isRun && seen && !this.#used.has(waiver) ? [{ ...told, kind: 'unused', text: reason }] : [];
  }

  #comments(files: Iterable<string>): readonly WaiverComment[] {
    return [...files].flatMap((file) => {
      let found = this.#byFile.get(file);
      if (found === undefined) {
        found = waiverComments(file.endsWith('.nix') ? this.#source.comments(file) : this.#ofScript(file));
        this.#byFile.set(file, found);
      }
      return found;
    });
  }

  #ofScript(file: string) {
    const read = this.#source.tree.text(file);
    if (!('text' in read)) return [];
    return read.text.split('\n').flatMap((line, index) => {
      const column = line.search(/#\s*hsdoctor\s*:?\s*ignore\b/);
      const at = { file, line: index + 1, column: column + 1 };
      return column < 0 ? [] : [{ text: line.slice(column), at, alone: line.slice(0, column).trim() === '' }];
    });
  }
}

/** The check of `ml-oom/limit-too-low`. */
const checkIn = (waived: string) => waived.split('/')[0] ?? '';

/** The files of a machine, and those beside them in which something was found: scripts. */
const filesOf = oncePer(({ host, results }: CheckedHost): ReadonlySet<string> => {
  const found = results.flatMap(({ findings }) =>
    findings.flatMap(({ evidence }) => evidence.flatMap(({ location }) => location?.file ?? [])),
  );
  return new Set([...host.files, ...found]);
});

function applicableComment(comment: WaiverComment): readonly Applicable[] {
  if ('malformed' in comment) return [];
  const { waiver, line, at } = comment;
  const speaksOf = ({ evidence }: Finding) => {
    const [first, second] = evidence.flatMap(({ location }) => location ?? []);
    // What stands above the place is the option that it is a later line of; below it stands something else.
    const isAbove = second?.file === first?.file && (second?.line ?? 0) < (first?.line ?? 0);
    return [first, isAbove ? second : undefined].some(
      (place) => place?.file === at.file && place.line === line,
    );
  };
  return [{ waiver, place: placeKey({ ...at, line }), at, speaksOf }];
}
