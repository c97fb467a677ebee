import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/hsdoctor.ts';

const { repository, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const [, owner] = /^git\+https:\/\/github\.com\/([\w-]+)\/hsdoctor\.git$/.exec(repository.url) ?? [];

const PLACEHOLDER = 'REPLACE_WITH_OWNER';

const FILES = [
  '*.md',
  '*.yml',
  '*.yaml',
  '*.nix',
  'ci/*',
  'docs/*.{md,yml}',
  'nix/*.nix',
  '.github/workflows/*.yml',
].flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
const texts = FILES.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const);

test('wherever the repository is named, it is that of package.json', () => {
  const owners = texts.flatMap(([, text]) =>
    [...text.matchAll(/(?:github\.com\/|github:|uses: |repository: )([\w-]+)\/hsdoctor\b/g)].map(
      ([, named]) => named,
    ),
  );
  expect(owners.length).toBeGreaterThan(5);
  expect([...new Set(owners)]).toEqual([owner]);
});

test('wherever a release is named, it is the version of package.json', () => {
  const releases = texts
    .filter(([file]) => file !== 'CHANGELOG.md')
    .flatMap(([, text]) => [
      ...text.matchAll(/(?:hsdoctor[@/](?:raw\/)?|rev: |RELEASE: )(v\d+\.\d+\.\d+)\b/g),
    ])
    .map(([, release]) => release);
  expect(releases.length).toBeGreaterThan(5);
  expect([...new Set(releases)]).toEqual([`v${version}`]);
});

test('a page says that the owner is to be replaced, as long as none is known', () => {
  for (const [file, text] of texts.filter(([name]) => name.startsWith('docs/')))
    expect(text.includes(`instead of \`${PLACEHOLDER}\``), file).toBe(text.includes(`${PLACEHOLDER}/`));
});
