import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checksPage } from '../../src/report/checks-page.ts';

test('docs/checks.md is what `npm run generate` makes of the checks', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/checks.md'), 'utf8');
  expect(page).toBe(checksPage(checks));
});

test.each(checks)('$id says in one place when it is unknown', ({ documentation }) => {
  const { unknownIf: _, ...others } = documentation;
  expect(Object.values(others).join('\n')).not.toMatch(/\bunknown\b/i);
});
