import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
];

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
      return [path.includes('/') ? path : `src/checks/latest-tag/${path}`, code];
    }),
  );
}

test('a check is added as CONTRIBUTING.md says: beside its own files only generated ones change, and all that holds for checks holds for it', {
  tags: 'source',
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
      'src/checks/latest-tag/check.ts',
      'src/checks/latest-tag/documentation.ts',
      'src/checks/latest-tag/host.ts',
      'src/checks/latest-tag/kinds.ts',
      'test/checks/latest-tag/kind-cases.ts',
    ]);
    for (const [path, code] of files) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), code);
    }
    for (const script of ['write-registries', 'write-checks-page'])
      execFileSync(process.execPath, [join(copy, `scripts/${script}.ts`)], { cwd: copy });
    run('vitest', 'run', 'test/checks/kinds.test.ts', '-u');
    const told = run(
      'vitest',
      'run',
      'test/checks/kinds.test.ts',
      'test/report/checks-page.test.ts',
      'test/rooms.test.ts',
    );
    expect(told).toContain('passed');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
