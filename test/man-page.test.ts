import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { expect, test } from 'vitest';
import { documentedCommands } from '../scripts/commands.ts';
import { ROOT } from './support/hsdoctor.ts';

const page = join(ROOT, 'dist', 'hsdoctor.1');
const text = readFileSync(page, 'utf8').replaceAll('\\-', '-');

test('the man page has every command with its flags and exit statuses', () => {
  const sections = text.split(/^\.S[SH] /m);
  for (const { name, flags } of documentedCommands) {
    const section = sections.find((each) => new RegExp(`^hsdoctor ${name}(?: [[A-Z]|\\n)`).test(each));
    expect(section, name).toMatch(/^Exit status: /m);
    for (const flag of flags)
      expect(section, flag.name).toMatch(new RegExp(`--(?:\\[no-\\])?${flag.name}\\b`));
  }
});

test.skipIf(execaSync('groff', ['--version'], { reject: false }).exitCode === undefined)(
  'no word is broken at the end of a line (skipped without groff)',
  async () => {
    const { stdout } = await execa('groff', ['-man', '-T', 'ascii', page]);
    expect(stdout).not.toMatch(/[a-zA-Z]-$/m);
    expect(stdout).toContain('IMMICH_INSTANCE_URL');
  },
);

test.skipIf(execaSync('mandoc', ['-T', 'lint', page], { reject: false }).exitCode === undefined)(
  'mandoc takes all of it (skipped without mandoc)',
  async () => {
    const { stdout } = await execa('mandoc', ['-T', 'lint', '-W', 'error', page], { reject: false });
    expect(stdout).toBe('');
  },
);
