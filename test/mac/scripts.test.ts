/** @module-tag hosts */
import { afterAll, expect, test } from 'vitest';
import { timeWindow } from '../../src/engine/check.ts';
import { probes } from '../../src/facts/host/index.ts';
import { readUploadScript } from '../../src/model/upload-script.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';
import { SCRIPT, TestMac } from '../support/mac.ts';

const OPTIONS = { ...DEFAULTS, ...timeWindow(undefined), version: '0' };
const mac = new TestMac();
afterAll(() => mac.remove());

/** Each removes photos. */
const REMOVALS = [
  'rm -rf "$DIR"/* >>up.log',
  'rm -f a.jpg 2>/tmp/x',
  'rm -rf /Users/kim/Rapid',
  "find . -name '*.jpg' -print0 | xargs -0 rm",
  '\\rm a.jpg',
  '"/bin/rm" a.jpg',
  '$RM a.jpg',
  '\u0024{RM} a.jpg',
  'rsync -a --remove-source-files a b',
  'rclone move a b',
  'rsync -a a b; rm -rf a',
  'hsdoctor immich upload x && rm -rf x',
  'mv a.jpg ~/.Trash/',
  'shred -u a.jpg',
  'for f in a; do rm "$f"; done',
  ': > "$f"',
  'x && : >"$photo"',
];
/** None of these does. */
const HARMLESS = [
  'rm -f "$LOCK"',
  'rm "$TMPDIR/x"',
  'rm -f up.log',
  'rm "$PIDFILE"',
  'rsync -a --delete a b',
  'firm a',
  ': > "$LOG"',
  ': >/tmp/x',
];

/** Each runs what is not in the script. */
const OTHERS = [
  'python3 clean.py',
  '/usr/bin/perl -e "unlink glob q(*)"',
  'osascript -e "tell"',
  'x && node clean.js',
  'bash clean.sh',
  'sh "$HOME/clean.sh"',
  './clean.sh',
  '"$HOME/bin/clean.sh" x',
  'eval "$x"',
];
/** None of these does. */
const OWN = [
  'source ~/.config/immich/api-key',
  '. ~/.config/immich/api-key',
  'sh -c "x"',
  'ssh minipc x',
  'bunx @immich/cli upload',
  'pythonic x',
];

const scripts: Readonly<Record<string, string>> = {
  'what removes photos, in many ways': `immich upload x\n${REMOVALS.join('\n')}\n`,
  'what runs other programs': `immich upload x\n${OTHERS.join('\n')}\n`,
  'what runs none': `immich upload x\n${OWN.join('\n')}\n`,
  'what removes other things': `immich upload x\n${HARMLESS.join('\n')}\n`,
  'an empty one': '',
  'one that deletes when the uploader ends with 0':
    '#!/bin/sh\n# bunx @immich/cli --delete\nif bunx @immich/cli upload "$1"; then\n  rm -f -- "$photo"\nfi\nrm -f "$LOCK" # rm\n',
  'versions of all kinds': `bunx @immich/cli@2.5.6 upload\nnpx "@immich/cli@$VERSION" upload\nnpx @immich/cli@latest upload; bunx @immich/cli@^2 x\nbunx @immich/cli@\${V}-x y\n`,
  'an installed program, by its name and by its path':
    'immich upload x\n\t/opt/homebrew/bin/immich  upload x\nrun() { immich upload; }\necho immich-upload\nsudo hsdoctor immich upload y\n',
  'options that delete':
    'bunx @immich/cli@2.1 upload --delete --delete-duplicates\nx --delete\nx --deleted --delete-all --delete=1\nexport IMMICH_DELETE_ASSETS=false IMMICH_DELETE_DUPLICATES=1\n',
  "what deletes at another's place": 'immich upload x\nrsync -a --delete a b\nrclone sync --delete a b\n',
  'removals of all kinds':
    'immich upload x\n/bin/rm a\n(rm a)\nx&&rm a|| unlink b; trash c\nfind . -delete\nfind . -delete;\nfind . -deleted\nfirm a\nrm -rf "$TMPDIR" \nrm a.log\ntrap "rm -rf x" EXIT\nrm "$PIDFILE"\nrm\n',
  'one that asks the server': 'curl /api/assets/bulk-upload-check\nimmich upload x\nrm a\n',
  'one that lets hsdoctor upload': 'exec hsdoctor  immich upload --delete "$1"\n',
  'letters beyond ASCII, and no end of line': '# 업로드\n로그 "완료"; rm "$사진"\nimmich upload x',
  'ends of line of another system': 'immich upload x --delete\r\nrm a\r\n',
};

test.each(Object.entries(scripts))(
  'the probe and the reading of a text say the same: %s',
  async (_, text) => {
    mac.file(SCRIPT, text, { mode: 0o755 });
    const { results } = await mac.collect(['sh', '-s'], [probes.uploadScript], OPTIONS);
    const raw = results.get(probes.uploadScript.id);
    if (raw?.outcome !== 'ran') throw new Error('the probe did not run');
    const path = `/Users/ann/${SCRIPT}`;
    expect(probes.uploadScript.parse(raw)).toEqual([readUploadScript(path, text)]);
  },
);

test('each line that runs another program is told, and no other', () => {
  expect(readUploadScript('x', OTHERS.join('\n')).runsOthers).toEqual(OTHERS.map((_, index) => index + 1));
  expect(readUploadScript('x', OWN.join('\n')).runsOthers).toEqual([]);
});

test('each line that removes photos is told, and no other', () => {
  expect(readUploadScript('x', REMOVALS.join('\n')).removals).toEqual(REMOVALS.map((_, index) => index + 1));
  expect(readUploadScript('x', HARMLESS.join('\n')).removals).toEqual([]);
});
