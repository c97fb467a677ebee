import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadSettings } from '../../src/settings/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-waivers-'));
const file = join(folder, 'hsdoctor.toml');
afterAll(() => rmSync(folder, { recursive: true }));

const load = (text: string) => {
  writeFileSync(file, text);
  return loadSettings({ config: file }, ['ml-oom', 'oci-backend', 'oci-backend/docker']);
};

test('a waiver knows the line on which it is written, also the second one', async () => {
  const { waivers } = await load(
    '[[waivers]]\ncheck = "ml-oom"\nreason = "a"\n\n[[waivers]]\nuntil = "2027-01-01"\ncheck = "oci-backend"\nreason = "b"\n',
  );
  expect(waivers).toEqual([
    { check: 'ml-oom', reason: 'a', by: `${file}:2` },
    { check: 'oci-backend', reason: 'b', by: `${file}:7`, until: '2027-01-01' },
  ]);
});

test('a kind of finding can be waived, and is no check that can be left out', async () => {
  const { waivers } = await load('[[waivers]]\ncheck = "oci-backend/docker"\nreason = "a"\n');
  expect(waivers).toMatchObject([{ check: 'oci-backend/docker' }]);
  await expect(load('[check]\nskip = ["oci-backend/docker"]\n')).rejects.toThrow('is not a check');
});

const FIRST = '[[waivers]]\ncheck = "ml-oom"\nreason = "a"\n';

test.each([
  ['no reason', '[[waivers]]\ncheck = "ml-oom"\n', /:1: reason: a waiver needs a reason/],
  ['no check', '[[waivers]]\nreason = "a"\n', /:1: check: a waiver needs a check/],
  [
    'a reason of nothing that can be seen',
    `[[waivers]]\ncheck = "ml-oom"\nreason = "\u200b"\n`,
    /:3: reason: .*empty/,
  ],
  ['an empty reason', '[[waivers]]\ncheck = "ml-oom"\nreason = " "\n', /:3: reason: .*this one is empty/],
  [
    'no such check',
    `${FIRST}[[waivers]]\nreason = "b"\ncheck = "ml-om"\n`,
    /:6: check: "ml-om" is not a check; did you mean "ml-oom"/,
  ],
  ['no day', `${FIRST}until = "soon"\n`, /:4: until: "soon" is not a date/],
  [
    'a day of TOML that there is not',
    `${FIRST}until = 2027-02-30\n`,
    /:4: until: "2027-02-30" is not a date/,
  ],
  ['a day that there is not', `${FIRST}until = "2027-02-30"\n`, /until: .* is not a date/],
  ['a key that there is not', `${FIRST}[[waivers]]\nchek = "x"\n`, /:5: chek: there is no such key.*"check"/],
  ['one section', '[waivers]\ncheck = "ml-oom"\n', /waivers: .*write \[\[waivers\]\]/],
  ['a word', 'waivers = ["ml-oom"]\n', /waivers: "ml-oom" is not a waiver/],
])('%s is an error that says where', async (_, text, message) => {
  await expect(load(text)).rejects.toThrow(message);
});
