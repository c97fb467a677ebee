import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/hsdoctor.ts';

const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const [, owner] = /^git\+https:\/\/github\.com\/([\w-]+)\/hsdoctor\.git$/.exec(repository.url) ?? [];

test('wherever the repository is named, it is that of package.json', () => {
  const files = [
    '*.md',
    '*.yml',
    '*.yaml',
    '*.nix',
    'docs/*.{md,yml}',
    'nix/*.nix',
    '.github/workflows/*.yml',
  ];
  const owners = files.flatMap((pattern) =>
    globSync(pattern, { cwd: ROOT }).flatMap((file) =>
      [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(
          /(?:github\.com\/|github:|uses: |repository: )([\w-]+)\/hsdoctor\b/g,
        ),
      ].map(([, named]) => named),
    ),
  );
  expect(owners.length).toBeGreaterThan(5);
  expect([...new Set(owners)]).toEqual([owner]);
});
