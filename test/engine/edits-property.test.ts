/** @module-tag source */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import { writeTree } from '../nix/tree.ts';

const RUNS = Number(process.env.HSDOCTOR_CASES ?? 40);

/** A value that is wrong, as it may be written, and what finds it. */
interface Wrong {
  readonly check: string;
  /** `@` stands for the line end, `>` for the indentation. */
  readonly lines: string;
}

const BACKEND = ['"docker"', '"d\\ocker"', "''docker''", "''@>>docker''", '("docker")', '# why@>>"docker"'];
const wrongBackend = fc
  .tuple(
    fc.constantFrom('backend = V;', 'backend =@>>V; # behind', 'backend/**/=/**/V;'),
    fc.constantFrom(...BACKEND),
  )
  .map(([form, value]): Wrong => ({ check: 'oci-backend', lines: form.replace('V', () => value) }));

const item = fc.constantFrom<string>(
  '"--memory=2g"',
  "''--cpus=2''",
  '"--label" "ü=\\"x\\""',
  '"--memory 2g"',
  '"--memory-swap 3g"',
);
const right = fc.constantFrom<string>('"--memory=2g"', "''--cpus=2''", '"--label"@>>"ü=\\"x\\""');
const wrong = fc.constantFrom<string>('"--memory 2g"', '"--memory-swap 3g"');
const between = fc.constantFrom(' ', '@>>', ' # \u{1F4F7} a comment@>>', '/* one */ ', '@@>\t');
const dense = fc
  .tuple(fc.array(fc.tuple(between, item), { maxLength: 5 }), wrong, fc.nat(), between)
  .map(([items, odd, place, end]) => {
    const all = items.toSpliced(place % (items.length + 1), 0, [' ', odd]);
    return `[${all.map(([gap, each]) => gap + each).join('')}${end}]`;
  });
/** Each item on a line of its own: a diff shows no line with an item that stays. */
const spread = fc.tuple(fc.uniqueArray(right, { maxLength: 3 }), wrong, fc.nat()).map(
  ([items, odd, place]) =>
    `[${items
      .toSpliced(place % (items.length + 1), 0, odd)
      .map((each) => `@>>${each}`)
      .join('')}@>]`,
);
const list = fc.oneof({ weight: 6, arbitrary: spread }, { weight: 1, arbitrary: dense });
const wrongList = fc
  .tuple(
    fc.constantFrom(
      'containers.web.extraOptions = V;',
      'containers.web = {@>>image = "web:1";@>>extraOptions = V;@>};',
    ),
    list,
  )
  .map(([form, value]): Wrong => ({ check: 'container-state', lines: form.replace('V', () => value) }));

const configuration = fc
  .record({
    fault: fc.oneof(wrongBackend, wrongList),
    before: fc.array(
      fc.constantFrom(
        '# ünïcode \u{1F600}',
        '/* two@>lines */',
        '',
        'containers.plex.image = "plex:1";',
        '\t# tab',
      ),
    ),
    after: fc.array(fc.constantFrom('# behind', '', 'containers.nginx.image = "nginx:1"; # \u{1D518}')),
    indentation: fc.constantFrom('  ', '\t', '', '    '),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    end: fc.constantFrom('', '@', '@@# end'),
  })
  .map(({ fault, before, after, indentation, lineEnd, end }) => {
    const own = [...new Set(before), fault.lines];
    const isBackend = fault.check === 'oci-backend';
    const text = [
      '{ ... }: {',
      '>virtualisation.oci-containers = {',
      ...(isBackend ? [] : ['>>backend = "podman";']),
      ...own.map((line) => `>>${line}`),
      ...(fault.lines.includes('image') ? [] : ['>>containers.web.image = "web:1";']),
      ...[...new Set(after)].map((line) => `>>${line}`),
      '>};',
      '>system.stateVersion = "24.05";',
      `}${end}`,
    ].join('@');
    return { check: fault.check, text: text.replaceAll('>', indentation).replaceAll('@', lineEnd) };
  });

function look(folder: string, check: string) {
  const options = { names: { containers: [], secrets: [] }, waivers: [] };
  const results = checkSource(openSource(folder), folder, checks, options).flatMap((each) => each.results);
  const findings = results.flatMap((result) => (result.check === check ? result.findings : []));
  const diffs = findings.flatMap(({ remedy }) =>
    (remedy?.lasting ?? []).flatMap((step) => (step.kind === 'edit' ? (step.diff ?? []) : [])),
  );
  const problems = results.flatMap((result) => (result.check === 'nix-syntax' ? result.findings : []));
  return { findings, diffs, problems };
}

function applied(text: string, diff: string, ...command: readonly [string, ...string[]]): string {
  const folder = writeTree({ 'configuration.nix': text });
  const [program, ...words] = command;
  execFileSync(program, words, { cwd: folder, input: diff, stdio: ['pipe', 'pipe', 'pipe'] });
  return readFileSync(join(folder, 'configuration.nix'), 'utf8');
}

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** What a diff takes away, and what it brings. */
const told = (diff: string, mark: '-' | '+') =>
  (diff.match(/^[^\n]*\n/gm) ?? [])
    .slice(3)
    .filter((line) => line.startsWith(mark))
    .map((line) => line.slice(1));

test('an edit changes the lines that its diff tells, and ends what was found', () => {
  let changed = 0;
  fc.assert(
    fc.property(configuration, ({ text, check }) => {
      const { findings, diffs } = look(writeTree({ 'configuration.nix': text }), check);
      expect(findings).not.toEqual([]);
      for (const diff of diffs) {
        changed++;
        const edited = applied(text, diff, 'git', 'apply', '--unidiff-zero', '-');
        expect(applied(text, diff, 'patch', '-p1', '--quiet', '--fuzz=0')).toBe(edited);
        const ends = (line: string) => line.replace(/\n$/, '');
        const [without, withOut] = [linesOf(text).map(ends), linesOf(edited).map(ends)];
        for (const line of told(diff, '-')) without.splice(without.indexOf(ends(line)), 1);
        for (const line of told(diff, '+')) withOut.splice(withOut.indexOf(ends(line)), 1);
        expect(withOut).toEqual(without);
        const commentsIn = (nix: string) => nix.match(/#.*|\/\*[\s\S]*?\*\//g);
        expect(commentsIn(edited)).toEqual(commentsIn(text));
        expect(edited.includes('\r\n')).toBe(text.includes('\r\n'));
        expect(edited.replaceAll('\r\n', '')).not.toContain(text.includes('\r\n') ? '\n' : '\r');
        const again = look(writeTree({ 'configuration.nix': edited }), check);
        expect(again).toMatchObject({ diffs: [], problems: [] });
        expect(again.findings.length).toBeLessThan(findings.length);
      }
    }),
    { numRuns: RUNS },
  );
  console.log('CH', changed);
  expect(changed).toBeGreaterThan(RUNS * 0.7);
});
