import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeUploadScript } from '../../../src/checks/shared/upload-script.ts';

/** Of a script that uploads, with the variables that a script has. */
const SETTINGS = `W="$HOME/Photos"; LOG="$HOME/Library/Logs/up.log"; LOCK="$HOME/.up.lock"; PIDFILE=/tmp/up.pid
STAMP="$HOME/.cache/up/stamp"; STATE="$HOME/.local/state/up/last"; BUNX="$HOME/.bun/bin/bunx"`;
const judge = (line: string) => judgeUploadScript(`${SETTINGS}\n${line}\n`);

/** Each removes photos. */
const REMOVALS = [
  'rm -rf "$DIR"/* >>up.log',
  'rm -f a.jpg 2>/tmp/x',
  'rm -rf /Users/kim/Rapid',
  "find . -name '*.jpg' -print0 | xargs -0 rm",
  'find "$W" \\\n  -type f -delete',
  'find "$W" -delete -name .DS_Store',
  'find "$W" ! -name .DS_Store -delete',
  'find "$W" -name .DS_Store -o -delete',
  'find "$W" -type f -exec rm {} +',
  'find . -exec sh -c \'rm "$1"\' _ {} \\\\;',
  'rm() { command rm "$@"; }; rm x',
  'mv "$f" /dev/null',
  'x=rm; $x a.jpg',
  'rm -f *.tmp.jpg',
  'cleanup() { find "$1" -type f -delete; }',
  'rsync -a --remove-sent-files a nas:b',
  "builtin trap 'rm -rf x' EXIT",
  'release() { rm -rf -- "$1"; }; release "$W"',
  '\\rm a.jpg',
  '"/bin/rm" a.jpg',
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
  'OPTS=(-a --remove-source-files); rsync "\u0024{OPTS[@]}" a b',
  'rclone --config x move a b',
  'rclone -v delete a',
  'ln -s "$W" /tmp/in; rm -rf /tmp/in/',
  'ln -s "$W" /tmp/in; rm -rf /tmp/in/*',
  'L=/tmp/up/in; ln -s "$HOME/Photos/" "$L"; find "$L/" -type f -delete',
  'ln -s "$W" /tmp/in/; ls /tmp/in/ | xargs rm',
  't=$(mktemp); rm -rf photos "$t"',
];
/** None of these does. */
const HARMLESS = [
  'rm -f "$LOCK"',
  'rm "$TMPDIR/x"',
  'ln -s "$W" /tmp/in; rm -f /tmp/in',
  'ln -s "$W" /tmp/in; rm -rf /tmp/inside/',
  'ln -s /tmp/a /tmp/b; rm -rf /tmp/b/',
  'ln "$LOCK" /tmp/b; rm -rf /tmp/b/',
  'rm -f up.log',
  'rm "$PIDFILE"',
  ': > "$LOG"',
  ': >/tmp/x',
  'trap \'rm -rf "$LOCK"\' EXIT',
  'echo "rm -rf x"',
  'tmp=$(mktemp); rm -f "$tmp"',
  't=$(mktemp -d) && rm -rf "$t"',
  'find /tmp/upload -name x -delete',
  'rm -f "$DIR"/.DS_Store',
  'find "$W" -name .DS_Store -delete',
  'find "$W" -type d -empty -delete',
  'rm -f "$STATE"',
  'release() { rm -rf -- "$1"; }; trap \'release "$LOCK"\' EXIT',
  "find ~/Library/Logs/up -name '*.log' -mtime +30 -print0 | xargs -0 rm -f",
  'ls -1t ~/Library/Logs/up/*.log | tail -n +8 | xargs rm -f',
  'truncate -s 0 "$LOG"',
  'out="\u0024{TMPDIR}up.out"; rm -f "$out"',
  'm="\u0024{m:-/tmp/x}"; rm -f "$m"',
  'rm -f ~/.local/share/up/failed ~/Desktop/failed.txt',
  'find "$LOCK" -name "*.pid" -exec rm -f {} +',
  'RESP=/tmp/r.json; rm -f "$RESP"',
  'CACHE=~/Library/Caches/x; rm -rf "$CACHE"',
  'log() { echo "$1"; }; log "will not rm any photos"',
  'sleep 1 # then rm',
  'if rm -f "$LOCK"; then :; fi',
  '{ rm -rf "\u0024{LOCK}"; }',
  'rm -f "$LOCK" "$PIDFILE" || true # rm',
];
/** Each removes what is called a lock, or the like, and is something else for all that is known. */
const DOUBTFUL = [
  'LOCK="$WATCH"; rm -rf "$LOCK"',
  'ln -sfn "$W" "$LOCK"; rm -rf "$LOCK/"',
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
  'hash -p /bin/rm ls; ls "$W"',
  '$RM a.jpg',
  'rm -rf "$LOCK_THAT_NOBODY_SETS"',
  'rsync -a --delete /empty/ "$W/"',
  'rclone sync /empty "$W"',
  'cp /tmp/empty "$f"',
  'mv /tmp/x "$f"',
  'mv "$f" "$W/done"',
  'ln -sf /dev/null "$f"',
  'curl -o "$f" x',
  'osascript -e \'display notification "x"\' -e \'do shell script "rm x"\'',
  'wget x',
  'sort -o "$f" x',
  'curl -X DELETE "$URL/api/assets"',
  'immich upload $NOBODY_SETS_IT',
  'immich upload "$1"',
  'd=--del; d="\u0024{d}ete"; immich upload $d x',
  'immich upload "$(flag)"',
  'export $(cat ~/.config/immich/env | xargs); immich upload x',
  'while read -r l; do export "$l"; done <.env',
  'mv "$W"/* "$HOME/.tmp/"',
  'mv -f "$W"/* "$HOME/.immich-uploaded/"',
  'mv "$f" "$f.tmp"; rm "$f.tmp"',
  'rsync -a nas:photos/ "$W/"',
  'rclone copy nas:photos "$W"',
  'curl -sSo"$W/IMG_1.jpg" x',
  'rsync -a --delete a/ "$W" $DRY',
  'ssh nas "rm -rf photos"',
  'sh -c "$x"',
  'awk -f prog x',
  "awk '{ print > $1 }' x",
  'awk \'BEGIN { "ls" | getline }\'',
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
  'ssh minipc echo x',
  'bunx @immich/cli upload',
  'echo "a; b (c) | d & e"',
  "echo 'a; b $(c)'",
  'echo "[$(date)] done: $1" >> "$LOG"',
  'log() { echo "$*" >>"$LOG"; }',
  'log "now"',
  '# cleaner',
  'log() { echo "$*" >>"$LOG"; }',
  'upload() { "$BUNX" @immich/cli@2.5.6 upload "$W" --recursive; }',
  'if [[ $f =~ \\.(jpg|heic)$ ]]; then upload; fi',
  'case "$f" in *.jpg) upload ;; *) : ;; esac',
  'exec 9>"$LOCK"; flock -n 9 || exit 1',
  'flock -n "$LOCK" bunx @immich/cli@2.5.6 upload "$W"',
  'mkfifo /tmp/pipe',
  "awk '{ print ($4 > 1000) }' x",
  'osascript -e \'display notification "done" with title "Immich"\'',
  'mv -n "$f" "$W/done/"',
  'curl -fsSo /dev/null "$URL"',
  'rsync -a "$W/" nas:photos',
  'sh -c "echo x"',
  'echo x # cleaner; x',
  'for f in "$DIR"/*.jpg; do :; done',
  'while [ "$i" -lt 300 ]; do i=$((i + 1)); sleep 1; done',
  'if ! curl -fsS --max-time 5 "$URL/api/server/ping" >/dev/null 2>&1; then exit 1; fi',
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
  'if (( n > 5 )); then :; fi',
  "awk '$1 > 5' x",
  'echo x | tee -a "$LOG"',
  'curl -s \\',
  '  --form-string "token=$T" \\',
  '  https://api.pushover.net/1/messages.json',
];

test.each(REMOVALS)('removes photos: %s', (line) => {
  expect(judge(line).removals).not.toEqual([]);
});

test.each(HARMLESS)('removes no photo, and runs nothing else: %s', (line) => {
  expect(judge(line)).toMatchObject({ removals: [], runsOthers: [] });
});

test.each(DOUBTFUL)('may remove a photo: %s', (line) => {
  const { removals, runsOthers } = judge(line);
  expect([...removals, ...runsOthers]).not.toEqual([]);
});

test.each(OTHERS)('is not known to be harmless: %s', (line) => {
  expect(judge(line).runsOthers).not.toEqual([]);
});

test('what a script does beside uploading is harmless', () => {
  const lines = [...SETTINGS.split('\n'), ...OWN];
  const { removals, runsOthers } = judge(OWN.join('\n'));
  expect([...removals, ...runsOthers].map((line) => lines[line - 1])).toEqual([]);
});

const POSITIONS: readonly ((command: string) => string)[] = [
  (command) => `true && ${command}`,
  (command) => `echo x | ${command} || exit 1`,
  (command) => `x=$( ${command})`,
  (command) => `echo "now: $( ${command})" >>"$LOG"`,
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
      expect(judge(script).runsOthers).not.toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, readonly string[]]>([
  ['bunx @immich/cli@2.5.6 upload "$W" --delete', ['--delete']],
  ['immich upload --de"lete" x', ['--delete']],
  ['immich upload -\u0024{D:+-delete} x', ['--delete']],
  ['immich upload \u0024{DRY:+--dry-run} --delete x', ['--delete']],
  ['up() { immich upload "$1" "$W"; }; up --delete', ['--delete']],
  ['a=(upload --delete); immich "\u0024{a[@]}" x', ['--delete']],
  ['export "IMMICH_DELETE_ASSETS=true"; immich upload x', ['IMMICH_DELETE_ASSETS']],
  ['OPTS="--recursive --delete"; npx @immich/cli@2.5.6 upload $OPTS "$W"', ['--delete']],
  ['o=(--delete-duplicates "$W"); immich upload "\u0024{o[@]}"', ['--delete-duplicates']],
  ['IMMICH_DELETE_ASSETS=false immich upload "$W"', ['IMMICH_DELETE_ASSETS']],
  ['env IMMICH_DELETE_DUPLICATES=1 immich upload "$W"', ['IMMICH_DELETE_DUPLICATES']],
  [': "\u0024{IMMICH_DELETE_ASSETS:=true}"', ['IMMICH_DELETE_ASSETS']],
  ['immich upload "$W" # without --delete', []],
  ['immich upload "$W"; echo "without --delete"', []],
  ['immich upload "$W" --delete --dry-run', []],
  ['rsync -a --delete "$W/" nas:photos; immich upload "$W"', []],
  ['hsdoctor immich upload "$W" --delete', []],
])('lets the uploader delete: %s', (line, options) => {
  expect(judge(line).deleteOptions.map(({ option }) => option)).toEqual(options);
});

test.each<[string, readonly (string | undefined)[]]>([
  ['bunx @immich/cli@2.5.6 upload x', ['2.5.6']],
  ['V=2.5.6; bunx "@immich/cli@$V" upload x', ['2.5.6']],
  ['npx --yes @immich/cli upload x', [undefined]],
  ['bunx "@immich/cli@\u0024{V:-latest}" upload x', ['latest']],
  ['npx @immich/cli@latest upload x; "$BUNX" @immich/cli@^2 upload y', ['latest', '^2']],
  ['/opt/homebrew/bin/immich upload x', ['installed']],
  ['run() { immich upload x; }; echo immich upload', ['installed']],
  ['hsdoctor immich upload x', []],
  ['\u0024{pkgs.immich-cli}/bin/immich upload x', ['installed']],
  ['\u0024{lib.getExe pkgs.immich-cli} upload x', ['installed']],
])('which uploader it calls: %s', (line, versions) => {
  expect(judge(line).cli.map(({ version }) => version)).toEqual(versions);
});

test('a file of settings is taken in where its lines only set variables, and one of them may delete', () => {
  const given = (names: readonly string[]) => ({ settings: [{ path: '$HOME/.config/immich/env', names }] });
  const script = '. "$HOME/.config/immich/env"\nimmich upload "$HOME/Photos"\n';
  expect(judgeUploadScript(script).runsOthers).toEqual([1]);
  expect(judgeUploadScript(script, given(['-'])).runsOthers).toEqual([1]);
  expect(judgeUploadScript('. ~/.config/immich/api-key').runsOthers).toEqual([]);
  expect(judgeUploadScript(script, given(['IMMICH_API_KEY']))).toMatchObject({
    runsOthers: [],
    deleteOptions: [],
  });
  expect(judgeUploadScript(script, given(['IMMICH_DELETE_ASSETS'])).deleteOptions).toEqual([
    { line: 1, option: 'IMMICH_DELETE_ASSETS' },
  ]);
});

test('a line that goes on, another language, and the ends of lines of another system', () => {
  expect(judgeUploadScript('env A=b \\\n  cleaner \\\n  x\ncleaner \\').runsOthers).toEqual([1, 4]);
  expect(judgeUploadScript('#!/usr/bin/env python3\nls()\n').runsOthers).toContain(1);
  expect(judgeUploadScript('#!/usr/bin/env bash\nls\n').runsOthers).toEqual([]);
});

test('what the agent watches is no passing file, wherever it lies', () => {
  const watched = ['/Users/ann/photo-temp', '/tmp/inbox'];
  expect(judgeUploadScript('rm -rf "$HOME/photo-temp"/*', { watched }).removals).toEqual([1]);
  expect(judgeUploadScript('rm -f /tmp/inbox/*', { watched }).removals).toEqual([1]);
  expect(judgeUploadScript('rm -f /tmp/other', { watched }).removals).toEqual([]);
});

test('what a script is called with is known where its agent says it', () => {
  const script = 'immich upload "$1"';
  expect(judgeUploadScript(script, { arguments: ['--delete'] }).deleteOptions).toHaveLength(1);
  expect(judgeUploadScript(script, { arguments: ['/Users/ann/Photos'] }).runsOthers).toEqual([]);
});
