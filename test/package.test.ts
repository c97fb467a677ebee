import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const dist = join(import.meta.dirname, '..', 'dist');
const files = readdirSync(dist);

test('what is bundled comes with its licence', () => {
  const licenses = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const sources = files
    .filter((file) => file.endsWith('.map'))
    .flatMap((file): string[] => JSON.parse(readFileSync(join(dist, file), 'utf8')).sources);
  const packages = new Set(
    sources.flatMap((source) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
  );
  expect(packages.size).toBeGreaterThan(10);
  for (const name of packages) expect(licenses).toContain(`\n${name} `);
});

test('the bundle needs no package at run time', () => {
  const loaded = files
    .filter((file) => file.endsWith('.cjs'))
    .flatMap((file) => [
      ...readFileSync(join(dist, file), 'utf8').matchAll(/require\(["'`]([^."'`$][^"'`]*)["'`]\)/g),
    ])
    .map(([, name = '']) => name.replace(/^node:/, ''));
  expect(loaded.filter((name) => !process.getBuiltinModule(name))).toEqual([]);
});
