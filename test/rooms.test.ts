import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** What may be imported by whom, beside `model` and `text`, which all may: from top to bottom it is the architecture. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  commands: [
    'agent',
    'checks',
    'collect',
    'engine',
    'facts',
    'nix',
    'notify',
    'report',
    'settings',
    'system',
    'upload',
  ],
  engine: ['checks', 'collect', 'facts', 'nix', 'remedy', 'settings'],
  agent: ['facts', 'remedy', 'report', 'system', 'upload'],
  checks: ['facts', 'nix', 'remedy'],
  collect: ['facts/host', 'system'],
  'facts/host': [],
  'facts/config': ['nix'],
  nix: ['system'],
  upload: ['system'],
  report: ['remedy'],
  remedy: [],
  notify: [],
  settings: [],
  system: [],
  model: [],
  text: [],
};

const BASE = ['model', 'text'];

function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'facts' ? `${first}/${second}` : first;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const imports = files.flatMap((file) =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(
    ([, path = '']) => ({
      file,
      imported: relative(SRC, normalize(join(SRC, dirname(file), path))),
    }),
  ),
);

test('every file is in a room', () => {
  expect([...new Set(files.filter((file) => file.includes('/')).map(roomOf))].sort()).toEqual(
    Object.keys(ROOMS).sort(),
  );
});

test('no room imports what its row does not allow', () => {
  expect(imports.length).toBeGreaterThan(1000);
  const wrong = imports.filter(({ file, imported }) => {
    const [from, to] = [roomOf(file), roomOf(imported)];
    const allowed = [from, ...BASE, ...(ROOMS[from] ?? [])];
    return file.includes('/') && !allowed.includes(to) && !allowed.includes(to.split('/')[0] ?? '');
  });
  expect(wrong.map(({ file, imported }) => `${file} imports ${imported}`)).toEqual([]);
});
