import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../src/checks/define.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import type { CheckResult } from '../../src/model/report.ts';
import type { Waiver } from '../../src/model/waiver.ts';
import { writeTree } from './tree.ts';

const CHECKS = join(import.meta.dirname, '../checks');

/**
 * One configuration of the corpus, below `test/checks/<check>/source/wrong/` or `right/`: a file, which is the configuration.nix, or a
 * folder. In it
 *
 *     ports = [ "100.64.0.1:80:80" ]; # wrong: tailscale-bind
 *
 * says that this check has a finding whose first place is this line, and `# status: skipped` (of the check that the case is
 * for; without it `ok`, and in `wrong/` whatever its findings make it) what a check says that finds nothing.
 */
export interface Case {
  readonly check: string;
  readonly name: string;
  readonly isWrong: boolean;
  readonly files: Readonly<Record<string, string>>;
  /** `configuration.nix:3 tailscale-bind`, sorted. */
  readonly expected: readonly string[];
  readonly status: string | undefined;
}

export function corpus(): readonly Case[] {
  return names(CHECKS).flatMap((check) =>
    ['wrong', 'right'].flatMap((kind) => {
      const folder = join(CHECKS, check, 'source', kind);
      return !existsSync(folder)
        ? []
        : names(folder).map((name) => caseOf(check, name, kind === 'wrong', join(folder, name)));
    }),
  );
}

function caseOf(check: string, name: string, isWrong: boolean, path: string): Case {
  const files = name.endsWith('.nix')
    ? { 'configuration.nix': readFileSync(path, 'utf8') }
    : Object.fromEntries(
        readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => {
            const file = join(entry.parentPath, entry.name);
            return [file.slice(path.length + 1), readFileSync(file, 'utf8')];
          }),
      );
  const expected = Object.entries(files).flatMap(([file, text]) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        [...line.matchAll(/# wrong: ([\w-]+)/g)].map(([, id]) => `${file}:${index + 1} ${id}`),
      ),
  );
  const status = Object.values(files)
    .map((text) => /# status: (\w+)/.exec(text)?.[1])
    .find((found) => found !== undefined);
  return { check, name, isWrong, files, expected: expected.sort(), status };
}

function names(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .map(({ name }) => name)
    .sort();
}

/** What all checks say of these files, machine by machine. */
export function judged(
  files: Readonly<Record<string, string>>,
  { waivers = [], only = checks }: { waivers?: readonly Waiver[]; only?: readonly Check[] } = {},
): readonly CheckResult[] {
  const options = { names: { containers: [], secrets: [] }, waivers };
  return checkSource(openSource(writeTree(files)), '.', only, options).flatMap(({ results }) => results);
}

/** `configuration.nix:3 tailscale-bind` of everything that was found and is not waived, sorted. */
export function found(results: readonly CheckResult[]): readonly string[] {
  const places = results.flatMap(({ check, findings }) =>
    findings
      .filter(({ waived }) => waived === undefined)
      .map(({ evidence }) => {
        const location = evidence.find((each) => each.location !== undefined)?.location;
        return `${location?.file}:${location?.line} ${check}`;
      }),
  );
  // Machines that share a module share its faults.
  return [...new Set(places)].sort();
}
