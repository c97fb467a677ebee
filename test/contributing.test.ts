import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const COPIED = [
  'src',
  'test',
  'scripts',
  'docs',
  'demo',
  'package.json',
  'biome.json',
  'tsconfig.json',
  'vitest.config.ts',
  'rolldown.config.js',
  'bin',
  '.gitignore',
  'bench',
  'README.md',
  'CONTRIBUTING.md',
];

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n');

/** The files of the example, by the words before each block. */
function exampleFiles(): ReadonlyMap<string, string> {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const [first = '', ...blocks] = text.split('```ts\n');
  let before = first;
  return new Map(
    blocks.map((block) => {
      const [code = '', after = ''] = block.split('```');
      const [, path = ''] = /`([\w/.-]+\.ts)`/.exec(before.trim().split('\n\n').at(-1) ?? '') ?? [];
      before = after;
      return [path.includes('/') ? path : `src/checks/swap-full/${path}`, code];
    }),
  );
}

test('a check is added as CONTRIBUTING.md says: beside its own files only generated ones change, and all that holds for checks holds for it', {
  tags: 'source',
  // Other tests run in it.
  timeout: 300_000,
}, () => {
  const copy = mkdtempSync(join(tmpdir(), 'hsdoctor-contributing-'));
  const run = (program: string, ...words: string[]) =>
    execFileSync(join(ROOT, 'node_modules/.bin', program), words, {
      cwd: copy,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const files = exampleFiles();
    expect([...files.keys()].sort()).toEqual([
      'src/checks/swap-full/check.ts',
      'src/checks/swap-full/documentation.ts',
      'src/checks/swap-full/host.ts',
      'src/checks/swap-full/kinds.ts',
      'src/facts/host/swap.ts',
      'test/checks/swap-full/kind-cases.ts',
    ]);
    for (const [path, code] of files) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), code);
    }
    for (const script of ['write-registries', 'write-report-schema', 'write-checks-page'])
      execFileSync(process.execPath, [join(copy, `scripts/${script}.ts`)], { cwd: copy });
    run('vitest', 'run', 'test/checks/kinds.test.ts', '-u');
    run('biome', 'check', '--write', '--error-on-warnings', 'src', 'test');
    run('tsc', '--noEmit');
    run('rolldown', '-c', 'rolldown.config.js');
    run('vitest', 'run', 'test/report/human.test.ts', '--update=all');
    for (const screen of readdirSync(join(ROOT, 'test/golden')).filter((name) => name.endsWith('.txt'))) {
      const before = linesOf(join(ROOT, 'test/golden', screen));
      const added = linesOf(join(copy, 'test/golden', screen)).filter((line) => !before.includes(line));
      // Of a host that was recorded before, it is told that the check was left out, and no more.
      for (const line of added) expect(line).toMatch(/^– skipped: (?:.*, )?swap-full: |Checks: /);
    }
    const told = run(
      'vitest',
      'run',
      'test/checks',
      'test/rooms.test.ts',
      'test/report',
      'test/collect/bundle.test.ts',
      'test/facts',
      'test/cli.test.ts',
      "--tags-filter='!source && !upload && !hosts'",
    );
    expect(told).toContain('passed');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
