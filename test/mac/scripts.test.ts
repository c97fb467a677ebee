/** @module-tag hosts */
import fc from 'fast-check';
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
  'trap \'rm -rf "$HOME/photos"\' EXIT',
  'x=`rm "$DIR/a.jpg"`',
  'x="`find $DIR -delete`"',
  'rm -rf "$DIR"/*; rm -f /tmp/up.lock',
  'rm -rf "$DIR"/* "$LOCK"',
  'rm -f "$DIR"/*.HEIC && echo "lock released"',
  'rm -f "$DIR"/*.HEIC # tmp files',
  'rm -rfv "$DIR"/* | tee -a ~/up.log',
  '[ -e /tmp/up.lock ] || rm -f "$DIR"/*',
  'find "$DIR" -type f ! -name \'*.tmp\' -delete',
  "ls | grep -v '[.]lock$' | xargs rm",
  'f() { rm -rf "$1" /tmp/x; }',
  'mv a.jpg "$TRASH/"',
  'OPTS=(-a --remove-source-files)',
  'rclone --config x move a b',
  'rclone -v delete a',
  't=$(mktemp); rm -rf photos "$t"',
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
  'trap \'rm -rf "$LOCK"\' EXIT',
  'echo "rm -rf x"',
  'tmp=$(mktemp); rm -f "$tmp"',
  't=$(mktemp -d) && rm -rf "$t"',
  'find /tmp/upload -name x -delete',
  'rm -f "$DIR"/.DS_Store',
  'RESP=/tmp/r.json; rm -f "$RESP"',
  'CACHE=~/Library/Caches/x; rm -rf "$CACHE"',
  'log "will not rm any photos"',
  'sleep 1 # then rm',
  'if rm -f "$LOCK"; then x; fi',
  '{ rm -rf "\u0024{LOCK_DIR}"; }',
  'rm -f "$LOCK" "$PIDFILE" || true # rm',
];
/** Each removes what is called a lock, or the like, and is something else for all that is known. */
const DOUBTFUL = [
  'LOCK="$WATCH"; rm -rf "$LOCK"',
  'LOCKDIR="$HOME/FolderActions"; rm -rf "$LOCKDIR"',
  'TMPDIR="$WATCH"; rm -rf "$TMPDIR"/*',
  'TMP_W="$HOME/Photo Catalog"; rm -rf "$TMP_W"',
  'rm -rf /tmp/../$HOME/photos',
  'for temp in "$WATCH"/*; do rm -f "$temp"; done',
  'while read -r tmp; do rm -f "$tmp"; done',
];

/** Each runs what is not known to be harmless. */
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
  'sh -c "x"',
  'pythonic x',
  'cleaner "$1"',
  'true && cleaner',
  'true;cleaner',
  'echo x | cleaner',
  'echo "$(cleaner x)"',
  'x=`cleaner`',
  'if cleaner; then',
  'if true; then cleaner; fi',
  'while ! cleaner; do',
  '( cleaner )',
  '{ cleaner; }',
  'f() { cleaner; }',
  'A=b cleaner',
  'exec cleaner x',
  'env A=b cleaner',
  'nohup nice -n 10 cleaner &',
  "env -S 'cleaner x'",
  'timeout 10 cleaner',
  'find . -exec cleaner {} +',
  'ls | xargs -0 -n 1 cleaner',
  "trap 'cleaner' EXIT",
  'trap "rm -f $LOCK; cleaner" EXIT INT',
  '/tmp/bin/grep x',
  '$CLEANER x',
  '"$@"',
  'npx cleaner',
  'sed -i s/a/b/ x',
  "awk '{ system($0) }'",
  'cp /dev/null "$photo"',
  '. ./lib.sh',
  'source "$HOME/lib.bash"',
  'case "$x" in a) cleaner;; esac',
  'echo "a',
  "echo don't",
  'open -a Cleaner',
  '. "$HOME/.config/immich/env"',
  'set -a; source ~/.env; set +a',
  'immich upload --{recursive,delete} x',
  'immich upload --de"lete" x',
  'immich upload -\u0024{D:+-delete} x',
  'd=--del; d=\u0024{d}ete',
  'bunx @immich/cli@2.5.6 upload "$@"',
  'immich upload \u0024{@:2}',
  'cat /dev/null > "$DIR/a.jpg"',
  'echo x >"$DIR/a.jpg"',
  'tee "$DIR/a.jpg" </dev/null',
  'printf x >| "$f"',
  ...DOUBTFUL,
  'launchctl submit -l x -- cleaner',
];
/** None of these does. */
const OWN = [
  'source ~/.config/immich/api-key',
  '. ~/.config/immich/api-key',
  'ssh minipc x',
  'bunx @immich/cli upload',
  'echo "a; b (c) | d & e"',
  "echo 'a; b $(c)'",
  'echo "[$(date)] done: $1" >> "$LOG"',
  'log() { echo "$*" >>"$LOG"; }',
  'log "now"',
  '# cleaner',
  'echo x # cleaner; x',
  'for f in "$DIR"/*.jpg; do',
  'while [ "$i" -lt 300 ]; do i=$((i + 1)); sleep 1; done',
  'if ! curl -fsS --max-time 5 "$URL/api/server/ping" >/dev/null 2>&1; then',
  'if [[ -f "$LOCK" ]] && kill -0 "$(cat "$LOCK")" 2>/dev/null; then exit 0; fi',
  'trap \'rm -f "$LOCK"\' EXIT',
  'exec >>"$LOG" 2>&1',
  'timeout 1800 $HOME/.bun/bin/bunx @immich/cli upload x',
  'command -v bunx >/dev/null || exit 1',
  'args=(--recursive "$DIR")',
  'SIZE=$(stat -f %z "$f")',
  '/usr/bin/find "$DIR" -type f -print0 | xargs -0 stat -f %z',
  'case "$1" in',
  '--watch) echo x ;;',
  '-a|--all) echo y ;;',
  '*) exit 2 ;;',
  'esac',
  'echo $$ >"$LOCK/owner"',
  'date +%s > "$STAMP"',
  'echo "a -> b"',
  'if (( n > 5 )); then',
  "awk '$1 > 5' x",
  'echo x | tee -a "$LOG"',
  'curl -s \\',
  '  --form-string "token=$T" \\',
  '  https://api.pushover.net/1/messages.json',
];

const scripts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OTHERS.map((line) => [line, `${line}\n`])),
  'what is known, line by line': OWN.join('\n'),
  'a script of another language': '#!/usr/bin/env python3\nls()\n',
  'scripts of shells': '#!/usr/bin/env bash\nls\n',
  'a line that goes on': 'env A=b \\\n  cleaner \\\n  x\ncleaner \\',
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
  'what may be another thing than it is called': `immich upload x\n${DOUBTFUL.join('\n')}\n`,
  'what is only said':
    'immich upload x\necho "not using --delete"\n  printf "rm a" >&2\necho "--delete" | x\nlog "without --delete"\nbunx @immich/cli@2.5.6 upload x # without --delete\n: "\u0024{IMMICH_DELETE_ASSETS:=true}"\n',
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
  for (const line of OTHERS) expect([line, readUploadScript('x', line).runsOthers]).toEqual([line, [1]]);
  const own = OWN.join('\n');
  expect(readUploadScript('x', own).runsOthers.map((line) => own.split('\n')[line - 1])).toEqual([]);
});

const POSITIONS: readonly ((command: string) => string)[] = [
  (command) => `true && ${command}`,
  (command) => `echo x | ${command} || exit 1`,
  (command) => `x=$(${command})`,
  (command) => `echo "now: $(${command})" >>"$LOG"`,
  (command) => `if ! ${command}; then\n  :\nfi`,
  (command) => `run() {\n  ${command}\n}\nrun`,
  (command) => `for f in *; do ${command}; done`,
  (command) => `A=b ${command}`,
  (command) => `exec ${command}`,
  (command) => `(true; ${command})`,
  (command) => `case "$1" in\n  a) ${command} ;;\nesac`,
  (command) => `ls \\\n  x; ${command}`,
];

test('a program that is not known is told wherever it stands in a script', () => {
  const line = fc.constantFrom(...OWN.filter((own) => !/case|esac|\)|\\$/.test(own)));
  const many = fc.array(line, { maxLength: 4 });
  const positions = fc.array(fc.constantFrom(...POSITIONS), { maxLength: 2 });
  fc.assert(
    fc.property(many, positions, many, (before, around, after) => {
      const command = around.reduce((inner, position) => position(inner), 'cleaner "$1"');
      const script = [...before, command, ...after].join('\n');
      expect(readUploadScript('x', script).runsOthers).not.toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('each line that removes photos is told, and no other', () => {
  expect(readUploadScript('x', REMOVALS.join('\n')).removals).toEqual(REMOVALS.map((_, index) => index + 1));
  expect(readUploadScript('x', HARMLESS.join('\n')).removals).toEqual([]);
});
