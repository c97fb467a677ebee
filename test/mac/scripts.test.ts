/** @module-tag hosts */
import { afterAll, expect, test } from 'vitest';
import { timeWindow } from '../../src/engine/check.ts';
import { probes } from '../../src/facts/host/index.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';
import { SCRIPT, TestMac } from '../support/mac.ts';

const OPTIONS = { ...DEFAULTS, ...timeWindow(undefined), version: '0' };
const mac = new TestMac();
afterAll(() => mac.remove());

async function collected(text: string) {
  mac.file(SCRIPT, text, { mode: 0o755 });
  const { results } = await mac.collect(['sh', '-s'], [probes.uploadScript], OPTIONS);
  const raw = results.get(probes.uploadScript.id);
  if (raw?.outcome !== 'ran') throw new Error('the probe did not run');
  const scripts = probes.uploadScript.parse(raw);
  if ('value' in scripts) throw new Error(scripts.incomplete);
  return { raw, scripts };
}

test.each([
  '',
  '#!/bin/sh\n\nimmich upload x\n',
  '#end\n#script read /x\n#cut\n#settings x\n\t# tab\n',
  'a \'b\' "c" \\\\ \\n $x `y` %s &<>\n',
  '# 업로드\n로그 "완료"; rm "$사진"\nimmich upload x',
])('the text of a script comes as it is: %j', async (text) => {
  const { scripts } = await collected(text);
  expect(scripts).toHaveLength(1);
  expect(scripts[0]).toMatchObject({ readable: true, isWhole: true, text: text.trimEnd() });
});

test('of a script that is too long, it is told that its end is missing', async () => {
  const { scripts } = await collected(`${'echo x\n'.repeat(40_000)}rm x\n`);
  expect(scripts[0]).toMatchObject({ isWhole: false });
});

test('of files of settings only the names leave the Mac, and of files with code nothing', async () => {
  mac.file('.config/immich/env', '# key\nexport IMMICH_API_KEY="secret-value-1"\nIMMICH_DELETE_ASSETS=1\n');
  mac.file('.config/immich/code', 'A=secret-value-2\nrm -rf x\n');
  mac.file('.config/immich/run', 'A=$(cat secret-value-3)\n');
  mac.file('keys', "B='secret-value-4'\n");
  const { raw, scripts } = await collected('. ~/keys\nsource "$HOME/.config/immich/env"\n. "$HOME/.zshrc"\n');
  const settings = new Map(scripts[0]?.settings.map(({ path, names }) => [path, names]));
  expect(settings.get('$HOME/.config/immich/env')).toEqual(['IMMICH_API_KEY', 'IMMICH_DELETE_ASSETS']);
  expect(settings.get('$HOME/keys')).toEqual(['B']);
  expect(settings.get('$HOME/.config/immich/code')).toEqual(['-']);
  expect(settings.get('$HOME/.config/immich/run')).toEqual(['-']);
  expect(raw.stdout).not.toMatch(/secret-value/);
});
