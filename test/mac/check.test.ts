/** @module-tag hosts */
import { execFileSync } from 'node:child_process';
import { chmodSync, lutimesSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import type { Step } from '../../src/model/remedy.ts';
import { lockText } from '../../src/model/upload-lock.ts';
import { endLine } from '../../src/model/upload-log.ts';
import { commandLines } from '../../src/remedy/steps.ts';
import {
  API_KEY,
  ERROR,
  HOUR,
  LABEL,
  MINUTE,
  OUT,
  PUSHOVER,
  SCRIPT,
  TestMac,
  URL,
  WATCHED,
} from '../support/mac.ts';

let mac: TestMac;
beforeEach(() => {
  mac = new TestMac();
});
afterEach(() => mac.remove());

const MAC_CHECKS = [
  'launchd-agent',
  'upload-lock',
  'upload-log',
  'upload-credentials',
  'upload-folder',
  'immich-reachable',
  'upload-safety',
];
const SKIPPED = checks
  .filter(({ id, host }) => host !== undefined && !MAC_CHECKS.includes(id))
  .map(({ id }) => id);

/** Checks as `id: status`, other than those that are ok and those of a server. */
const notOk = (results: readonly { check: string; status: string; reason?: string | undefined }[]) =>
  results
    .filter(({ check, status }) => status !== 'ok' && !SKIPPED.includes(check))
    .map(({ check, status, reason }) => `${check}: ${status}${reason === undefined ? '' : ` (${reason})`}`);

const DOMAIN = `gui/501`;
const HOME = '/Users/ann';
const PLIST = `${HOME}/Library/LaunchAgents/${LABEL}.plist`;
const LOCK = '/tmp/upload-immich.lock';
const DARWIN_REBUILD = 'sudo darwin-rebuild switch';
const again = `launchctl kickstart ${DOMAIN}/${LABEL}`;
const stranded = (age = HOUR) => mac.file(`${WATCHED}/IMG_0001.HEIC`, 'x', { age });
const token = (pid: number) =>
  `pid=${pid}\nproc_start=Tue Mar 10 18:00:00 2026\nnonce=canary-nonce\nstarted_at=1\n`;

/** A script as the upload's own, with another thing to do before. */
const UPLOADS = `#!/bin/sh\n. ~/${API_KEY}\n. ~/${PUSHOVER}\nbunx @immich/cli@2.5.6 upload x\n`;

const OWN = '/tmp/hsdoctor-upload-0123456789ab.lock';
/** hsdoctor's own lock of process 4711, which began so long ago; another start is that of a process before it. */
const ownLock = (age: number, { started = age, path = OWN } = {}) => {
  const at = new Date(mac.now - started);
  const [day = '', date, month = '', year, time] = at.toUTCString().replace(',', '').split(' ');
  const text = lockText({
    pid: 4711,
    procStart: `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`,
    nonce: '0123456789abcdef',
    startedAt: at.toISOString(),
    folder: `${mac.home}/${WATCHED} "1"`,
  });
  mac.lock(path.slice('/tmp/'.length), text, age);
  return text;
};
const ownRun = (age: number) =>
  mac.process(4711, age, '/usr/local/bin/node /opt/x/bin/run.js immich upload x');

const runByHsdoctor = () => {
  mac.file('.config/key', 'canary-bare\n', { mode: 0o400 });
  mac.file('bin/hsdoctor', '', { mode: 0o755 });
  mac.agent({
    ProgramArguments: [
      join(mac.home, 'bin/hsdoctor'),
      'immich',
      'upload',
      join(mac.home, WATCHED),
      '--delete',
    ],
    EnvironmentVariables: { IMMICH_API_KEY_FILE: join(mac.home, '.config/key') },
  });
};
/** The last line of a run that ended so long ago. */
const ended = (age: number, exitStatus: number) => {
  const summary = {
    files: 3,
    foldersUnread: 0,
    bytes: 3,
    proven: 2,
    byChecksum: 0,
    toSend: 0,
    toRestore: 0,
    sent: 2,
    bytesSent: 2,
    deleted: 2,
    bytesFreed: 2000,
    moved: 0,
    notProven: 1,
  };
  return endLine({
    startedAt: new Date(mac.now - age).toISOString(),
    durationMs: 0,
    exitStatus,
    summary,
    dryRun: false,
  });
};

const healthy: [string, () => void][] = [
  ['resting', () => {}],
  ['resting, with files that have just arrived', () => stranded(MINUTE)],
  ['never run since the login', () => mac.service(LABEL, { runs: '0', 'last exit code': '(never exited)' })],
  [
    'running, whatever its last run was',
    () => {
      mac.running(4711, 5 * MINUTE);
      mac.service(LABEL, { state: 'running', pid: '4711', 'last exit code': '255' });
    },
  ],
  [
    'running for long, and writing',
    () => {
      mac.running(4711, 3 * HOUR);
      mac.log([9 * HOUR, '완료'], [3 * HOUR, '업로드 시작'], [MINUTE, 'Uploading assets']);
      stranded(2 * HOUR);
    },
  ],
  [
    'with a live lock of the old form',
    () => {
      mac.running(4711, 5 * MINUTE);
      mac.lock('upload-immich.lock', '4711\n', 5 * MINUTE);
      stranded(20 * MINUTE);
    },
  ],
  [
    'with a live lock of a script whose path has a space',
    () => {
      mac.process(4711, 5 * MINUTE, '/bin/sh /Users/ann/My Scripts/upload-immich.sh');
      mac.lock('upload-immich.lock', '4711\n', 5 * MINUTE);
    },
  ],
  [
    'with a live lock of the new form',
    () => {
      mac.running(4711, 5 * MINUTE);
      mac.lock('upload-immich.lock.d/owner.token', token(4711), 5 * MINUTE);
    },
  ],
  [
    'with a live lock of its own',
    () => {
      ownRun(5 * MINUTE);
      ownLock(5 * MINUTE);
      stranded(20 * MINUTE);
    },
  ],
  ['with a lock of its own whose process is gone', () => ownLock(HOUR)],
  [
    'with a lock of its own that goes while it is looked at',
    () => {
      ownRun(HOUR);
      ownLock(HOUR);
      mac.program(
        'head',
        `case "$*" in *hsdoctor-upload*) rm -f ${mac.folder}${OWN} ;; esac; PATH=/usr/bin:/bin; exec head "$@"`,
      );
    },
  ],
  [
    'with a lock of its own whose number belongs to another process',
    () => [ownLock(9 * HOUR), mac.process(4711, HOUR, '/usr/bin/tail -f x')],
  ],
  [
    'with a lock of its own, of another number whose process began at another time, though it uploads',
    () => [ownLock(9 * HOUR), ownRun(MINUTE)],
  ],
  [
    'with failures before its last success',
    () =>
      mac.log(
        [9 * HOUR, '서버 연결 불가'],
        [8 * HOUR, 'CLI 종료 코드: 1'],
        [HOUR, '업로드 시작'],
        [HOUR, '완료'],
      ),
  ],
  [
    'with a run that another one kept from the folder, after its last success',
    () => mac.log([9 * HOUR, '완료'], [HOUR, 'hsdoctor immich upload ended with 4: 0 sent, 0 of 0']),
  ],
  [
    'with a run that goes on, and told its beginning',
    () => {
      mac.running(4711, 5 * MINUTE);
      mac.log([9 * HOUR, '완료'], [5 * MINUTE, '업로드 시작']);
    },
  ],
  [
    'with an error that is older than its last success',
    () => mac.file(ERROR, 'sh: x: Operation not permitted\n', { age: 5 * HOUR }),
  ],
  [
    'with nothing but files that are no photos',
    () => mac.file(`${WATCHED}/notes.txt`, 'x', { age: 9 * HOUR }),
  ],
  ['with a hidden file', () => mac.file(`${WATCHED}/.DS_Store.jpg`, 'x', { age: 9 * HOUR })],
  ['with a binary property list', () => mac.agent({}, { binary: true })],
  ['with /api in its URL', () => mac.agent({ EnvironmentVariables: { IMMICH_INSTANCE_URL: `${URL}/api` } })],
  ['run by hsdoctor, with a bare key', () => runByHsdoctor()],
  [
    'run by hsdoctor, whose last run succeeded after one that had failed',
    () => {
      runByHsdoctor();
      mac.file(OUT, `${ended(2 * HOUR, 1)}\n\n✔ 2 files\n\n${ended(HOUR, 0)}\n`);
    },
  ],
  [
    'run by hsdoctor, which found the folder in the hands of another run',
    () => {
      runByHsdoctor();
      mac.service(LABEL, { 'last exit code': '4' });
      mac.file(OUT, `${ended(2 * HOUR, 0)}\n${ended(HOUR, 4)}\n`);
    },
  ],
  [
    'with a script whose uploader a variable names, and which cleans up behind itself',
    () =>
      mac.file(
        SCRIPT,
        `#!/bin/sh\n. ~/${API_KEY}\nwork=$(mktemp -d)\ntrap 'rm -rf "$work"' EXIT\nbunx "@immich/cli@$VERSION" upload x\n`,
        {
          mode: 0o755,
        },
      ),
  ],
  [
    'with a key that another line of its file exports',
    () =>
      mac.file(API_KEY, 'set -a\nIMMICH_API_KEY=canary\nset +a\nexport IMMICH_API_KEY\n', { mode: 0o400 }),
  ],
  [
    'run through a shell from a folder with a space in its name',
    () => {
      mac.file('My Scripts/upload-immich.sh', UPLOADS, { mode: 0o755 });
      mac.agent({
        ProgramArguments: [
          '/bin/sh',
          '-c',
          `/bin/wait4path /nix/store && exec "${mac.home}/My Scripts/upload-immich.sh"`,
        ],
      });
    },
  ],
  [
    'run by bash from a folder with a space in its name',
    () => {
      mac.file('My Scripts/upload-immich.sh', UPLOADS, { mode: 0o755 });
      mac.agent({
        ProgramArguments: ['/usr/bin/env', 'A=b', 'bash', '-e', `${mac.home}/My Scripts/upload-immich.sh`],
      });
    },
  ],
  ['with ~ in its paths', () => mac.agent({ WatchPaths: [`~/${WATCHED}`], StandardOutPath: `~/${OUT}` })],
  ['with a queue for a folder', () => mac.agent({ WatchPaths: [], QueueDirectories: [`~/${WATCHED}`] })],
  [
    'with a live lock of a script of another name, in a folder with a space in its name',
    () => {
      mac.file('My Scripts/photos.sh', UPLOADS, { mode: 0o755 });
      mac.agent({ ProgramArguments: ['/bin/bash', `${mac.home}/My Scripts/photos.sh`] });
      mac.process(4711, 5 * MINUTE, `/bin/bash ${mac.home}/My Scripts/photos.sh`);
      mac.lock('upload-immich.lock', '4711\n', 5 * MINUTE);
    },
  ],
  [
    'with a live lock of a script far down in folders',
    () => {
      mac.process(4711, 5 * MINUTE, `/bin/bash /Users/ann/${'deep/'.repeat(20)}upload-immich.sh`);
      mac.lock('upload-immich.lock', '4711\n', 5 * MINUTE);
    },
  ],
  [
    'whose script writes all into its error log, and succeeded in the end',
    () => {
      mac.log();
      mac.file(ERROR, `${mac.logText([9 * HOUR, '서버 연결 불가'], [HOUR, '완료'])}`, { age: HOUR });
    },
  ],
  [
    'with an old error before a success that has no time',
    () => {
      mac.file(OUT, '업로드 시작\n완료\n', { age: HOUR });
      mac.file(ERROR, 'sh: x: Operation not permitted\n', { age: 5 * HOUR });
    },
  ],
];

test.each(healthy)('a Mac that is well: %s', async (_, arrange) => {
  arrange();
  const { results } = await mac.check();
  expect(notOk(results)).toEqual([]);
  expect(results.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual([
    'visibility',
    ...MAC_CHECKS,
  ]);
});

interface Sick {
  readonly arrange: () => void;
  /** Checks that find something, the root cause first. */
  readonly finds: readonly string[];
  readonly title: RegExp;
  readonly kind: string;
  readonly now?: readonly (string | RegExp)[];
  readonly lasting?: readonly (string | RegExp)[];
}

const sick: Record<string, Sick> = {
  'not loaded': {
    arrange: () => mac.service(LABEL, null),
    finds: ['fail launchd-agent'],
    title: /not loaded/,
    kind: 'not-loaded',
    now: [`launchctl bootstrap ${DOMAIN} ${PLIST}`],
  },
  'not loaded, and photos wait': {
    arrange: () => [mac.service(LABEL, null), stranded()],
    finds: ['fail launchd-agent', 'fail upload-folder'],
    title: /not loaded/,
    kind: 'not-loaded',
    now: [`launchctl bootstrap ${DOMAIN} ${PLIST}`],
  },
  disabled: {
    arrange: () => [mac.service(LABEL, null), mac.disable(LABEL)],
    finds: ['fail launchd-agent'],
    title: /is disabled/,
    kind: 'disabled',
    now: [`launchctl enable ${DOMAIN}/${LABEL}`, `launchctl bootstrap ${DOMAIN} ${PLIST}`],
  },
  'disabled, and still loaded': {
    arrange: () => mac.disable(LABEL),
    finds: ['warn launchd-agent'],
    title: /is loaded, but disabled/,
    kind: 'disabled-next-time',
    lasting: [`launchctl enable ${DOMAIN}/${LABEL}`],
  },
  'loaded under the old label too': {
    arrange: () => mac.service('com.old.upload-immich'),
    finds: ['fail launchd-agent'],
    title: /com\.old\.upload-immich is loaded without a property list/,
    kind: 'no-property-list',
    lasting: [`launchctl bootout ${DOMAIN}/com.old.upload-immich`],
  },
  'two property lists of the same upload': {
    arrange: () => [mac.agent({}, { name: 'com.old.upload-immich' }), mac.service('com.old.upload-immich')],
    finds: ['fail launchd-agent'],
    title: /run the same upload/,
    kind: 'twins',
    lasting: [
      `ls -l -- ${PLIST} ${HOME}/Library/LaunchAgents/com.old.upload-immich.plist`,
      /^by hand: Unload the other one with launchctl bootout/,
    ],
  },
  'a property list that is cut short': {
    arrange: () =>
      mac.file(
        `Library/LaunchAgents/${LABEL}.plist`,
        '<?xml version="1.0"?><plist><dict><key>upload-immich</key>',
      ),
    finds: ['fail launchd-agent'],
    title: /is not a valid property list/,
    kind: 'broken-property-list',
    lasting: [`plutil -lint -- ${PLIST}`, /^by hand: Write \/Users\/ann\/Library\/LaunchAgents\/com/],
  },
  'the program is missing': {
    arrange: () => [mac.without(SCRIPT), mac.service(LABEL, { 'last exit code': '127' })],
    finds: ['unknown upload-credentials', 'fail launchd-agent'],
    title: /its program is missing/,
    kind: 'program-missing',
    lasting: [/^by hand: Write \/Users\/ann\/\.local\/bin\/upload-immich/, DARWIN_REBUILD, again],
  },
  'the interpreter of the script is missing': {
    arrange: () => [
      mac.file(SCRIPT, UPLOADS.replace('/bin/sh', '/nix/store/gone/bin/bash'), { mode: 0o755 }),
      mac.service(LABEL, { 'last exit code': '78: EX_CONFIG', state: 'spawn scheduled' }),
    ],
    finds: ['fail launchd-agent'],
    title: /its interpreter is missing/,
    kind: 'interpreter-missing',
    lasting: [/^by hand: Replace .* in the /, DARWIN_REBUILD, again],
  },
  'the program may not be executed': {
    arrange: () => [
      mac.file(SCRIPT, UPLOADS, { mode: 0o644 }),
      mac.service(LABEL, { 'last exit code': '126' }),
    ],
    finds: ['fail launchd-agent'],
    title: /is not executable/,
    kind: 'not-executable',
    lasting: [`chmod -- +x ${HOME}/${SCRIPT}`, /^by hand: If Nix writes it, set executable = tru/, again],
  },
  'the watched folder is missing': {
    arrange: () => mac.without(WATCHED),
    finds: ['fail launchd-agent'],
    title: /folder that agent .* watches is missing/,
    kind: 'watched-folder-missing',
    now: [
      `mkdir -p -- ${HOME}/${WATCHED}`,
      `launchctl bootout ${DOMAIN}/${LABEL}`,
      `launchctl bootstrap ${DOMAIN} ${PLIST}`,
    ],
  },
  'exit 78': {
    arrange: () => mac.service(LABEL, { 'last exit code': '78: EX_CONFIG', state: 'spawn scheduled' }),
    finds: ['fail launchd-agent'],
    title: /exit status 78 \(launchd setup failed\)/,
    kind: 'not-set-up',
    lasting: [
      `ls -l -- ${HOME}/${SCRIPT}`,
      '/usr/bin/log show --last 1d --predicate \'process == "launchd" AND eventMessage CONTAINS "upload-immich"\'',
      again,
    ],
  },
  'exit 78, without the folder of its logs': {
    arrange: () => [mac.without('Library/Logs'), mac.service(LABEL, { 'last exit code': '78: EX_CONFIG' })],
    finds: ['fail launchd-agent'],
    title: /cannot start: a folder is missing/,
    kind: 'folder-missing',
    now: [`mkdir -p -- ${HOME}/Library/Logs/folder-actions`, again],
  },
  'launchd could not start it': {
    arrange: () => mac.service(LABEL, { state: 'spawn failed' }),
    finds: ['fail launchd-agent'],
    title: /launchd could not start it \(spawn failed\)$/,
    kind: 'not-set-up',
    lasting: [
      `ls -l -- ${HOME}/${SCRIPT}`,
      '/usr/bin/log show --last 1d --predicate \'process == "launchd" AND eventMessage CONTAINS "upload-immich"\'',
      again,
    ],
  },
  'exit 126': {
    arrange: () => mac.service(LABEL, { 'last exit code': '126' }),
    finds: ['fail launchd-agent'],
    title: /exit status 126/,
    kind: 'not-permitted',
    lasting: [`ls -l@ -- ${HOME}/${SCRIPT}`, `xattr -d com.apple.quarantine ${HOME}/${SCRIPT}`, again],
  },
  'exit 126 of a script that is in a protected folder': {
    arrange: () => {
      const script = mac.file('Downloads/upload.sh', UPLOADS, { mode: 0o755 });
      mac.agent({ ProgramArguments: [script] });
      mac.service(LABEL, { 'last exit code': '126' });
    },
    finds: ['fail launchd-agent'],
    title: /exit status 126 \(refused by macOS\)/,
    kind: 'not-permitted',
    lasting: [
      `ls -l@ -- ${HOME}/Downloads/upload.sh`,
      `xattr -d com.apple.quarantine ${HOME}/Downloads/upload.sh`,
      /^by hand: Move \/Users\/ann\/Downloads\/upload\.sh to another folder/,
      again,
    ],
  },
  'exit 127': {
    arrange: () => mac.service(LABEL, { 'last exit code': '127' }),
    finds: ['fail launchd-agent'],
    title: /exit status 127 \(command not found\)/,
    kind: 'command-not-found',
    lasting: [
      `tail -n 20 -- ${HOME}/${ERROR}`,
      /^by hand: Add the folder of the command to PATH in the property list/,
      DARWIN_REBUILD,
      again,
    ],
  },
  killed: {
    arrange: () =>
      mac.service(LABEL, { 'last exit code': undefined, 'last terminating signal': 'Killed: 9' }),
    finds: ['fail launchd-agent'],
    title: /ended by a signal \(Killed: 9\)/,
    kind: 'killed',
    lasting: [
      `tail -n 20 -- ${HOME}/${ERROR}`,
      /^by hand: If the error log gives no reason, there is nothing/,
      again,
    ],
  },
  'crashed with a status that tells nothing': {
    arrange: () => mac.service(LABEL, { 'last exit code': '2' }),
    finds: ['fail launchd-agent'],
    title: /failed: exit status 2$/,
    kind: 'crashed',
    lasting: [`tail -n 20 -- ${HOME}/${ERROR}`, again],
  },
  'an empty key': {
    arrange: () => mac.file(API_KEY, '', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key is empty/,
    kind: 'empty',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a key that is one line break': {
    arrange: () => mac.file(API_KEY, '\n', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key is empty/,
    kind: 'empty',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a key without a value that another line exports': {
    arrange: () => mac.file(API_KEY, 'IMMICH_API_KEY=\nexport IMMICH_API_KEY\n', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key is empty/,
    kind: 'empty',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a key that a later line of its file empties': {
    arrange: () => mac.file(API_KEY, "IMMICH_API_KEY=canary\nIMMICH_API_KEY=''\n", { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key is empty/,
    kind: 'empty',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a variable of a key without a value': {
    arrange: () => mac.file(API_KEY, '# of ann\nexport IMMICH_API_KEY="" \n', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key is empty/,
    kind: 'empty',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a key under another name': {
    arrange: () => mac.file(API_KEY, 'export OTHER_KEY=canary\nIMMICH_INSTANCE_URL=x\n', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key is not set as IMMICH_API_KEY/,
    kind: 'other-name',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a key in lower case, beside an empty one': {
    arrange: () => mac.file(API_KEY, 'immich_api_key=canary\nIMMICH_API_KEY=""\n', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key is not set as IMMICH_API_KEY/,
    kind: 'other-name',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a key that ends in a carriage return': {
    arrange: () => mac.file(API_KEY, 'IMMICH_API_KEY=canary\r\n', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /Immich key ends in a carriage return/,
    kind: 'carriage-return',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=/],
  },
  'a URL where a proxy answers for a server that is down': {
    arrange: () => mac.pings('Bad Gateway', { status: 502 }),
    finds: ['fail immich-reachable'],
    title: /its proxy answers 502$/,
    kind: 'server-down',
    lasting: ['tailscale status', /^curl/, /^hsdoctor check --host/],
  },
  'held back by launchd': {
    arrange: () =>
      mac.service(LABEL, {
        runs: '0',
        'last exit code': '(never exited)',
        'pended nondemand spawn': 'speculative',
      }),
    finds: ['warn launchd-agent'],
    title: /launchd delays/,
    kind: 'held-back',
    now: [again],
  },
  'a run that has been hung for two hours': {
    arrange: () => [
      mac.running(4711, 2 * HOUR),
      mac.lock('upload-immich.lock.d/owner.token', token(4711), 2 * HOUR),
      stranded(),
    ],
    finds: ['fail launchd-agent', 'fail upload-lock', 'fail upload-folder'],
    title: /has run for 2 h/,
    kind: 'hangs',
    lasting: ['ps -p 4711 -o pid,etime,state,comm', `launchctl kickstart -k ${DOMAIN}/${LABEL}`],
  },
  'a stale lock whose process is gone': {
    arrange: () => mac.lock('upload-immich.lock', '4711\n', HOUR),
    finds: ['warn upload-lock'],
    title: /its process has ended/,
    kind: 'owner-gone',
    now: [`rm -- ${LOCK}`],
  },
  'a stale lock with blanks around its number': {
    arrange: () => mac.lock('upload-immich.lock', ' 4711 \r\n', HOUR),
    finds: ['warn upload-lock'],
    title: /its process has ended/,
    kind: 'owner-gone',
    now: [`rm -- ${LOCK}`],
  },
  'a stale lock of three lines': {
    arrange: () => mac.lock('upload-immich.lock', token(4711), HOUR),
    finds: ['warn upload-lock'],
    title: /its process has ended/,
    kind: 'owner-gone',
    now: [`rm -- ${LOCK}`],
  },
  'a stale lock whose process is another program': {
    arrange: () => [
      mac.lock('upload-immich.lock.d/owner.token', token(4711), 9 * HOUR),
      mac.process(4711, HOUR, `/usr/bin/tail -f ${HOME}/${OUT} --key canary-command`),
      stranded(),
    ],
    finds: ['fail upload-lock', 'fail upload-folder'],
    title: /its process id was reused/,
    kind: 'number-reused',
    now: [`rm -- ${LOCK}.d/owner.token`, `rmdir -- ${LOCK}.d`],
  },
  'a lock that does not tell its owner': {
    arrange: () => mac.lock('upload-immich.lock.d/owner.token', 'pid=\n', HOUR),
    finds: ['fail upload-lock'],
    title: /does not name its process/,
    kind: 'broken',
    now: [`rm -- ${LOCK}.d/owner.token`, `rmdir -- ${LOCK}.d`],
  },
  'a lock without a token, which the log tells of': {
    arrange: () => {
      mkdirSync(join(mac.folder, 'tmp/upload-immich.lock.d'));
      mac.lock('upload-immich.lock.d/other', '', HOUR);
      mac.log([HOUR, 'Lock state uncertain']);
    },
    finds: ['unknown upload-lock', 'fail upload-log'],
    title: /could not tell who holds its lock/,
    kind: 'lock',
    lasting: [/^by hand: Fix what the check upload-lock/, again],
  },
  'a run of hsdoctor that left files behind': {
    arrange: () => {
      runByHsdoctor();
      mac.service(LABEL, { 'last exit code': '1' });
      mac.file(OUT, `${ended(2 * HOUR, 0)}\n✖ 1 file failed\n${ended(HOUR, 1)}\n`);
    },
    finds: ['fail upload-log', 'fail launchd-agent'],
    title: /The last upload failed: not every file is verified/,
    kind: 'hsdoctor-failed',
    lasting: [`tail -n 30 -- ${HOME}/${OUT}`, again],
  },
  'a run of hsdoctor that the log does not tell of': {
    arrange: () => {
      runByHsdoctor();
      mac.service(LABEL, { 'last exit code': '3' });
    },
    finds: ['fail launchd-agent'],
    title: /Agent .* failed: the server could not be reached, or refused the key/,
    kind: 'failed',
    lasting: [`tail -n 20 -- ${HOME}/${ERROR}`, again],
  },
  'a run of hsdoctor that has been hung for two hours': {
    arrange: () => [ownRun(2 * HOUR), ownLock(2 * HOUR), stranded()],
    finds: ['fail upload-lock', 'fail upload-folder'],
    title: /The upload that holds .*hsdoctor-upload-0123456789ab\.lock has run for 2 h without output/,
    kind: 'hangs',
    lasting: ['ps -p 4711 -o pid,etime,state,comm', 'kill 4711'],
  },
  ...Object.fromEntries(
    (
      [
        ['is empty', ''],
        ['is cut short', 'pid=4711\nproc_start=\n'],
        ['has other lines', 'a\nb\nc\nd\ne\n'],
        ['has more lines', `${'pid=4711\n'.repeat(6)}`],
        ['has lines that are no lock', `${'pid=4711\n'.repeat(5)}`],
      ] as const
    ).map(([name, text]): [string, Sick] => [
      `a lock of its own that ${name}`,
      {
        arrange: () => mac.lock(OWN.slice('/tmp/'.length), text, HOUR),
        finds: ['fail upload-lock'],
        title: /does not name its process/,
        kind: 'broken',
        now: [`rm -- ${OWN}`],
      },
    ]),
  ),
  'a lock of its own that is a link': {
    arrange: () => {
      const link = join(mac.folder, OWN);
      symlinkSync(mac.file('elsewhere', ownLock(HOUR).replace('4711', '4712')), `${link}.new`);
      renameSync(`${link}.new`, link);
      lutimesSync(link, (mac.now - HOUR) / 1000, (mac.now - HOUR) / 1000);
    },
    finds: ['fail upload-lock'],
    title: /does not name its process/,
    kind: 'broken',
    lasting: [/^by hand: Find out who created \/tmp\/hsdoctor-upload-01/],
  },
  'failures that hide behind exit status 0': {
    arrange: () =>
      mac.log(
        [HOUR, '업로드 시작'],
        [HOUR, 'Failed to upload 3 assets'],
        [HOUR, 'CLI 종료 코드: 0'],
        [HOUR, '완료'],
      ),
    finds: ['fail upload-log'],
    title: /failed: 3 files were not uploaded$/,
    kind: 'failed-assets',
    lasting: [/^by hand: Look for these files in Immich/, `tail -n 30 -- ${HOME}/${OUT}`],
  },
  'failures that the script counts beside its word of success': {
    arrange: () => mac.log([9 * HOUR, '완료'], [HOUR, '완료: 성공 0, 실패 3']),
    finds: ['fail upload-log'],
    title: /3 files were not uploaded/,
    kind: 'failed-assets',
    lasting: [/^by hand: Look for these files in Immich/, `tail -n 30 -- ${HOME}/${OUT}`],
  },
  'failures behind more than one word of success': {
    arrange: () => mac.log([HOUR, 'Failed to upload 3 assets'], [HOUR, '원본 삭제 완료'], [HOUR, '완료']),
    finds: ['fail upload-log'],
    title: /3 files were not uploaded/,
    kind: 'failed-assets',
    lasting: [/^by hand: Look for these files in Immich/, `tail -n 30 -- ${HOME}/${OUT}`],
  },
  'a property list without a label': {
    arrange: () => mac.agent({ Label: 7 }),
    finds: ['fail launchd-agent'],
    title: /is not a valid property list$/,
    kind: 'broken-property-list',
    lasting: [`plutil -lint -- ${PLIST}`, /^by hand: Write \/Users\/ann\/Library\/LaunchAgents\/com/],
  },
  'refused for its code signature': {
    arrange: () =>
      mac.service(LABEL, { 'last exit code': undefined, 'last exit reason': 'OS_REASON_CODESIGNING' }),
    finds: ['fail launchd-agent'],
    title: /OS_REASON_CODESIGNING/,
    kind: 'signature-refused',
    lasting: [/^by hand: Install .* again/, DARWIN_REBUILD, again],
  },
  'an uploader that ends with 1': {
    arrange: () => mac.log([2 * HOUR, '완료'], [HOUR, 'CLI 종료 코드: 1']),
    finds: ['fail upload-log'],
    title: /exited with 1$/,
    kind: 'cli-exit',
    lasting: [`tail -n 30 -- ${HOME}/${OUT}`, again],
  },
  'bun is not on the PATH': {
    arrange: () => [mac.log([HOUR, 'CLI 종료 코드: 127']), mac.file('.bun/bin/bunx', '', { mode: 0o755 })],
    finds: ['fail upload-log'],
    title: /not on the agent's PATH/,
    kind: 'command-not-found',
    lasting: [
      /^by hand: Add \/Users\/ann\/\.bun\/bin to PATH in the agent's property list/,
      DARWIN_REBUILD,
      again,
    ],
  },
  'files that never settle': {
    arrange: () => [mac.log([HOUR, '안정화 타임아웃']), stranded()],
    finds: ['fail upload-log', 'fail upload-folder'],
    title: /did not stop changing/,
    kind: 'unsettled',
    lasting: [/^by hand: Wait until the copy or download into the folder has ended/, again],
  },
  'a key that is a dangling link': {
    arrange: () => [
      mac.link(API_KEY, '/var/folders/xy/T/agenix/immich-api-key'),
      mac.log([HOUR, '자격증명 없음']),
    ],
    finds: ['fail upload-credentials', 'fail upload-log'],
    title: /Immich key is a dangling link/,
    kind: 'dangling',
    lasting: [
      `launchctl kickstart -k ${DOMAIN}/org.nix-community.home.activate-agenix`,
      /^by hand: If the key is still missing, read the reason in /,
    ],
  },
  'a key that agenix cannot write for a leftover': {
    arrange: () => {
      mac.link(API_KEY, '/var/folders/xy/T/agenix/immich-api-key');
      const leftover = mac.file('agenix.d/1/key.tmp', '');
      mac.file('Library/Logs/agenix/stderr', `open ${leftover}: permission denied\n`);
    },
    finds: ['fail upload-credentials'],
    title: /dangling link/,
    kind: 'dangling',
    now: [
      `rm -f -- ${HOME}/agenix.d/1/key.tmp`,
      `launchctl kickstart -k ${DOMAIN}/org.nix-community.home.activate-agenix`,
    ],
  },
  'a key that agenix cannot write for a leftover in a folder of another user': {
    arrange: () => {
      mac.link(API_KEY, '/var/folders/xy/T/agenix/immich-api-key');
      const leftover = mac.file('agenix.d/1/key.tmp', '');
      mac.foreign('1');
      mac.file('Library/Logs/agenix/stderr', `open ${leftover}: permission denied\n`);
    },
    finds: ['fail upload-credentials'],
    title: /dangling link/,
    kind: 'dangling',
    lasting: [
      `by hand: Remove the folder ${HOME}/agenix.d/1 as its owner: it belongs to another user, and agenix cannot write there.`,
      `launchctl kickstart -k ${DOMAIN}/org.nix-community.home.activate-agenix`,
    ],
  },
  'a key that others can read': {
    arrange: () => mac.file(API_KEY, 'IMMICH_API_KEY=canary\n', { mode: 0o644 }),
    finds: ['warn upload-credentials'],
    title: /can be read by other users/,
    kind: 'open-to-others',
    lasting: [`chmod -- 600 ${HOME}/${API_KEY}`],
  },
  'a key of the wrong form': {
    arrange: () => mac.file(API_KEY, 'canary-bare-key\n', { mode: 0o400 }),
    finds: ['fail upload-credentials'],
    title: /not have the form KEY=value/,
    kind: 'wrong-form',
    lasting: [/^by hand: Write the key as IMMICH_API_KEY=\.\.\. into /],
  },
  'no credentials of Pushover': {
    arrange: () => mac.without(PUSHOVER),
    finds: ['warn upload-credentials'],
    title: /^The file with Pushover's credentials is missing$/,
    kind: 'missing',
    lasting: [
      /^by hand: If agenix writes it, declare it in age\.secrets of the configur/,
      DARWIN_REBUILD,
      `launchctl kickstart -k ${DOMAIN}/org.nix-community.home.activate-agenix`,
    ],
  },
  'a key in the property list itself': {
    arrange: () => mac.agent({ EnvironmentVariables: { IMMICH_API_KEY: 'canary-plist' } }),
    finds: ['warn upload-credentials'],
    title: /holds the Immich key$/,
    kind: 'key-in-property-list',
    lasting: [
      /^by hand: In Immich, open Account Settings/,
      /^by hand: Write the new key into \/Users\/ann\/\.config/,
      /^by hand: In the property list .*, replace IMM/,
      DARWIN_REBUILD,
    ],
  },
  'stranded photos': {
    arrange: () => [stranded(), mac.file(`${WATCHED}/clip.mov`, 'x', { age: 3 * HOUR })],
    finds: ['fail upload-folder'],
    title: /2 photos and videos are left behind/,
    kind: 'stranded',
    now: [again],
  },
  'a folder that macOS protects': {
    arrange: () => {
      mac.agent({ WatchPaths: [join(mac.home, 'Documents/upload')] });
      mac.file('Documents/upload/a.jpg', '', { age: HOUR });
      mac.file(ERROR, `find: ${HOME}/Documents/upload: Operation not permitted\n`, { age: HOUR });
    },
    finds: ['fail upload-folder', 'fail upload-folder'],
    title: /macOS does not let the agent into/,
    kind: 'denied',
    lasting: [
      /^by hand: Let the agent watch a folder that macOS d/,
      DARWIN_REBUILD,
      /^by hand: Or give \/bin\/sh, which runs the script, Full Disk Access/,
      "open 'x-apple.systempreferences:com.apple.preference.security?Privacy_AllFiles'",
    ],
  },
  'a URL that nobody listens on': {
    arrange: () => [mac.pings('', { exit: 7 }), mac.log([HOUR, '서버 연결 불가']), stranded()],
    finds: ['fail immich-reachable', 'fail upload-log', 'fail upload-folder'],
    title: /connection refused/,
    kind: 'unreachable',
    lasting: [
      'tailscale status',
      `curl --max-time 5 ${URL}/api/server/ping`,
      'hsdoctor check --host 100.101.102.103 --sudo',
    ],
  },
  'a URL where something else answers': {
    arrange: () => mac.pings('<html>', { status: 200 }),
    finds: ['fail immich-reachable'],
    title: /another server answers/,
    kind: 'something-else',
    lasting: [
      'tailscale status',
      `curl --max-time 5 ${URL}/api/server/ping`,
      'hsdoctor check --host 100.101.102.103 --sudo',
    ],
  },
  'a script that deletes by exit status, with whichever uploader': {
    arrange: () =>
      mac.file(
        SCRIPT,
        `#!/bin/sh\n. ~/${API_KEY}\n# bunx @immich/cli\nif bunx @immich/cli upload "$HOME"; then\nrm -f -- "$photo"\nfi\nrm -f "$lock"\n`,
        { mode: 0o755 },
      ),
    finds: ['warn upload-safety', 'warn upload-safety'],
    title: /deletes originals when the uploader exits with 0$/,
    kind: 'deletes-unproven',
    lasting: [
      /^by hand: In the script, remove what deletes files: an option such as --delete, or a line such as rm\./,
      `hsdoctor immich upload ${HOME}/${WATCHED} --delete --dry-run`,
      /^by hand: Let the agent run hsdoctor instead of th/,
      DARWIN_REBUILD,
    ],
  },
  'a script that deletes duplicates': {
    arrange: () =>
      mac.file(SCRIPT, `${UPLOADS}bunx @immich/cli@2.5.6 upload --delete-duplicates "$HOME"\n`, {
        mode: 0o755,
      }),
    finds: ['fail upload-safety'],
    title: /only in its trash/,
    kind: 'deletes-duplicates',
    lasting: [
      /^by hand: In the script, remove what deletes files: an option such as --delete, or a line such as rm\./,
      `hsdoctor immich upload ${HOME}/${WATCHED} --delete --dry-run`,
      /^by hand: Let the agent run hsdoctor instead of th/,
      DARWIN_REBUILD,
    ],
  },
  'a key file, taken in by the script, that lets the uploader delete': {
    arrange: () => {
      mac.file(SCRIPT, `#!/bin/sh\n. ~/${API_KEY}\nbunx @immich/cli@2.5.6 upload "$HOME"\n`, { mode: 0o755 });
      mac.file(API_KEY, 'IMMICH_API_KEY=canary-api-key\nexport IMMICH_DELETE_ASSETS=true\n', { mode: 0o400 });
    },
    finds: ['fail upload-safety'],
    title: /lets the uploader delete the originals/,
    kind: 'uploader-deletes',
    lasting: [
      'by hand: Remove IMMICH_DELETE_ASSETS where it is set.',
      `hsdoctor immich upload ${HOME}/${WATCHED} --delete --dry-run`,
      /^by hand: Let the agent run hsdoctor instead of th/,
      DARWIN_REBUILD,
    ],
  },
  'a script that deletes with find, and with a program that it names by its path': {
    arrange: () =>
      mac.file(SCRIPT, `${UPLOADS}find "$HOME" -type f -delete\n/bin/rm -f "$photo"\n`, { mode: 0o755 }),
    finds: ['warn upload-safety'],
    title: /^The upload script deletes originals when the uploader exits with 0$/,
    kind: 'deletes-unproven',
    lasting: [
      /^by hand: In the script, remove what deletes files: an option such as --delete, or a line such as rm\./,
      `hsdoctor immich upload ${HOME}/${WATCHED} --delete --dry-run`,
      /^by hand: Let the agent run hsdoctor instead of th/,
      DARWIN_REBUILD,
    ],
  },
  'a failure that only the error log tells of': {
    arrange: () => mac.file(ERROR, mac.logText([HOUR, '서버 연결 불가']), { age: HOUR }),
    finds: ['fail upload-log'],
    title: /could not be reached/,
    kind: 'unreachable',
    now: [again],
  },
  'a failure that the script writes into both logs': {
    arrange: () => {
      mac.log([HOUR, '서버 연결 불가']);
      mac.file(ERROR, mac.logText([HOUR, '서버 연결 불가']), { age: HOUR });
    },
    finds: ['fail upload-log'],
    title: /could not be reached/,
    kind: 'unreachable',
    now: [again],
  },
  'an upload that says it is not complete': {
    arrange: () => mac.log([2 * HOUR, 'CLI 종료 코드: 1'], [HOUR, '업로드 미완료']),
    finds: ['fail upload-log'],
    title: /exited with 1$/,
    kind: 'cli-exit',
    lasting: [`tail -n 30 -- ${HOME}/${OUT}`, again],
  },
  'an error after a success that was written by the time of another place': {
    arrange: () => {
      mac.file(OUT, mac.logText([-5 * HOUR, '완료']), { age: 3 * HOUR });
      mac.file(ERROR, 'env: bunx: No such file or directory\n', { age: HOUR });
    },
    finds: ['fail upload-log'],
    title: /not on the agent's PATH/,
    kind: 'command-not-found',
    lasting: [
      /^by hand: Install bun, which includes bunx\./,
      /^by hand: Add the folder of bunx to PATH in the agent's property list/,
      DARWIN_REBUILD,
      again,
    ],
  },
  'a second agent that fails, beside one that succeeds': {
    arrange: () => {
      const log = mac.file('other.log', mac.logText([2 * HOUR, '서버 연결 불가']), { age: 2 * HOUR });
      mac.file('Other/a', '');
      mac.agent(
        { StandardOutPath: log, StandardErrorPath: log, WatchPaths: [join(mac.home, 'Other')] },
        { name: 'com.other.upload-immich' },
      );
      mac.service('com.other.upload-immich');
      mac.log([HOUR, '완료']);
    },
    finds: ['fail upload-log'],
    title: /^The last upload of com\.other\.upload-immich failed/,
    kind: 'unreachable',
    now: [`launchctl kickstart ${DOMAIN}/com.other.upload-immich`],
  },
  'a second agent that hangs, beside one that writes': {
    arrange: () => {
      const log = mac.file('other.log', mac.logText([3 * HOUR, '완료']), { age: 3 * HOUR });
      mac.file('Other/a.jpg', '', { age: HOUR });
      mac.agent(
        { StandardOutPath: log, StandardErrorPath: log, WatchPaths: [join(mac.home, 'Other')] },
        { name: 'com.other.upload-immich' },
      );
      mac.running(4711, 2 * HOUR);
      mac.service(LABEL);
      mac.service('com.other.upload-immich', { state: 'running', pid: '4711' });
      mac.log([MINUTE, '완료']);
    },
    finds: ['fail launchd-agent', 'fail upload-folder'],
    title: /com\.other\.upload-immich has run for 2 h/,
    kind: 'hangs',
    lasting: [
      'ps -p 4711 -o pid,etime,state,comm',
      `launchctl kickstart -k ${DOMAIN}/com.other.upload-immich`,
    ],
  },
  'something else that macOS denied': {
    arrange: () => mac.file(ERROR, 'sh: /Users/ann/Library/Mail/x: Operation not permitted\n', { age: HOUR }),
    finds: ['fail upload-folder'],
    title: /^macOS denied the upload access to something/,
    kind: 'denied',
    lasting: [
      /^by hand: Check the owner and the mode of the path/,
      /^by hand: If you own it, give \/bin\/sh, which runs the script, Full Disk Access/,
      "open 'x-apple.systempreferences:com.apple.preference.security?Privacy_AllFiles'",
    ],
  },
  'a key that the Nix store holds': {
    arrange: () => {
      const key = mac.file('store/key', 'IMMICH_API_KEY=canary\n', { mode: 0o444 });
      mac.link(API_KEY, key);
      mac.program('readlink', 'echo /nix/store/abc-key');
    },
    finds: ['warn upload-credentials'],
    title: /is in the Nix store/,
    kind: 'in-nix-store',
    lasting: [
      /^by hand: In Immich, open Account Settings/,
      /^by hand: Remove the old key from the configuration/,
      DARWIN_REBUILD,
    ],
  },
  'a stale lock, where the script has another name': {
    arrange: () => {
      mac.file('bin/photos.sh', UPLOADS, { mode: 0o755 });
      mac.agent({ ProgramArguments: ['/bin/bash', `${mac.home}/bin/photos.sh`] });
      mac.lock('upload-immich.lock', '4711\n', HOUR);
    },
    finds: ['warn upload-lock'],
    title: /its process has ended/,
    kind: 'owner-gone',
    now: [`rm -- ${LOCK}`],
  },
  'photos in a folder that is a queue': {
    arrange: () => [mac.agent({ WatchPaths: [], QueueDirectories: [join(mac.home, WATCHED)] }), stranded()],
    finds: ['fail upload-folder'],
    title: /1 photo or video is left behind/,
    kind: 'stranded',
    now: [again],
  },
};

/** Commands as they are pasted; what is done by hand in words. */
const shownSteps = (steps: readonly Step[] = []) =>
  steps.map((step) => (step.kind === 'byHand' ? `by hand: ${step.text}` : commandLines(step).join('; ')));

const matching = (steps: readonly (string | RegExp)[]) =>
  steps.map((step) => (typeof step === 'string' ? step : expect.stringMatching(step)));

test.each(Object.entries(sick))(
  'a Mac that is sick: %s',
  async (_, { arrange, finds, title, kind, now = [], lasting = [] }) => {
    arrange();
    const report = await mac.check();
    const found = report.results.flatMap(({ findings }) => findings);
    const roots = found.filter(({ causedBy }) => causedBy === undefined);
    const unknown = report.results.filter(
      ({ status, findings }) => status === 'unknown' && findings.length === 0,
    );
    const order = [...roots, ...found.filter(({ causedBy }) => causedBy !== undefined)];
    expect([
      ...unknown.map(({ check }) => `unknown ${check}`),
      ...order.map(({ check, status }) => `${status} ${check}`),
    ]).toEqual(finds);
    expect(roots[0]?.title).toMatch(title);
    expect(roots[0]?.kind).toBe(`${roots[0]?.check}/${kind}`);
    expect(shownSteps(roots[0]?.remedy?.now)).toEqual(matching(now));
    expect(shownSteps(roots[0]?.remedy?.lasting)).toEqual(matching(lasting));
    expect(JSON.stringify(report)).not.toContain('canary');
  },
);

const judgedBy = async (id: string) => (await mac.check()).results.find(({ check }) => check === id);

describe('a lock that is in the way is removed by no command', () => {
  const remedyOf = async () => (await judgedBy('upload-lock'))?.findings[0]?.remedy;

  test.each<[string, () => void]>([
    [
      'of another user',
      () => [mac.lock('upload-immich.lock', '4711\n', HOUR), mac.foreign('upload-immich.lock')],
    ],
    [
      'that another user has filled',
      () => [mac.lock('upload-immich.lock.d/owner.token', token(4711), HOUR), mac.foreign('owner.token')],
    ],
    [
      'that is a link to a file',
      () => {
        symlinkSync(mac.file('precious', '4711\n'), join(mac.folder, LOCK));
      },
    ],
    [
      'that is a link to a folder',
      () => {
        mac.file('precious/owner.token', token(4711));
        symlinkSync(join(mac.home, 'precious'), join(mac.folder, `${LOCK}.d`));
      },
    ],
    [
      'of a name that hsdoctor gives to none',
      () => mac.lock('hsdoctor-upload-0123456789ab; touch PWN.lock', 'broken\n', HOUR),
    ],
  ])('%s', async (_, arrange) => {
    arrange();
    expect(await remedyOf()).toMatchObject({ now: [], lasting: [{ kind: 'byHand' }] });
  });

  test('of which not more is removed than what was read of it', async () => {
    mkdirSync(join(mac.folder, `${LOCK}.d`));
    mac.lock('upload-immich.lock.d/owner.token', token(4711), HOUR);
    mac.lock('upload-immich.lock.d/precious', 'x', HOUR);
    const words = (await remedyOf())?.now.map((step) => (step.kind === 'run' ? step.words : []));
    expect(words).toEqual([
      ['rm', '--', `${LOCK}.d/owner.token`],
      ['rmdir', '--', `${LOCK}.d`],
    ]);
  });
});

describe('what has a control character in its name is not looked at, which is said', () => {
  const FORGED = '#lock file read ours 1 - Documents';
  const names: [string, string, () => void, RegExp][] = [
    [
      'a lock whose name passes for another one',
      'upload-lock',
      () => mac.lock(`hsdoctor-upload-x\n${FORGED}\n.lock`, 'x', HOUR),
      /^1 lock in \/tmp has a control character in its name and was not checked$/,
    ],
    [
      'files whose names pass for others',
      'upload-folder',
      () => [
        mac.file(`${WATCHED}/a\n1 999 x.jpg`, 'x', { age: MINUTE }),
        mac.file(`${WATCHED}/\u001b[31mb.jpg`, 'x', { age: MINUTE }),
      ],
      /^2 files of the watched folder have control characters in their names and were not looked at$/,
    ],
    [
      'a property list whose name passes for that of another',
      'launchd-agent',
      () => mac.agent({}, { name: 'x\n#agent upload-immich' }),
      /^1 property list has a control character in its name and was not checked$/,
    ],
    [
      'a watched folder whose name passes for a setting',
      'upload-folder',
      () => mac.agent({ WatchPaths: [join(mac.home, WATCHED), '/Users/ann/a\nLabel\tcom.evil'] }),
      /holds a name with a control character, which was not checked$/,
    ],
    [
      'a log whose name passes for a line of the reading',
      'upload-log',
      () => mac.agent({ StandardErrorPath: '/Users/ann/a\n#end\n#broken /etc' }),
      /holds a name with a control character, which was not checked$/,
    ],
    [
      'a program whose name is another with a space in it',
      'launchd-agent',
      () => mac.agent({ Program: '/bin/a\nb', ProgramArguments: ['upload-immich'] }),
      /holds a name with a control character/,
    ],
  ];

  test.each(names)('%s', async (_, id, arrange, reason) => {
    arrange();
    const { results } = await mac.check();
    expect(results.find(({ check }) => check === id)).toMatchObject({
      status: 'unknown',
      reason: expect.stringMatching(reason),
    });
    expect(results.filter(({ check }) => check !== 'visibility').flatMap(({ findings }) => findings)).toEqual(
      [],
    );
  });

  test('nor is a leftover of agenix, or one that its log only claims to be', async () => {
    mac.link(API_KEY, '/var/folders/xy/T/agenix/immich-api-key');
    const precious = mac.file('precious/key.tmp', 'x');
    symlinkSync(precious, join(mac.home, 'agenix-link.tmp'));
    mac.file(
      'Library/Logs/agenix/stderr',
      `open ${precious}: permission denied\nopen ${mac.home}/agenix-link.tmp: permission denied\n`,
    );
    expect((await judgedBy('upload-credentials'))?.findings[0]?.remedy?.now).toEqual([]);
  });
});

test('a link whose target has a space or a percent sign is told as it is', async () => {
  mac.link(API_KEY, '/gone/a b%20c');
  expect((await judgedBy('upload-credentials'))?.findings[0]?.evidence[0]?.observed).toBe(
    'a dangling link to /gone/a b%20c',
  );
});

const scriptWith = (...lines: readonly string[]) =>
  mac.file(SCRIPT, `#!/bin/sh\n. ~/${PUSHOVER}\n${lines.join('\n')}\nbunx @immich/cli@2.5.6 upload x\n`, {
    mode: 0o755,
  });
const keyFile = (text: string) => mac.file(API_KEY, text, { mode: 0o400 });
const UNCLEAR = { status: 'unknown', findings: [] };
const readings: [string, () => void, object][] = [
  [
    'from a variable of the file',
    () => [scriptWith(`. ~/${API_KEY}`, 'export IMMICH_API_KEY="$KEY"'), keyFile('KEY=canary\n')],
    { status: 'ok' },
  ],
  [
    'from elsewhere',
    () => [scriptWith(`. ~/${API_KEY}`, 'export IMMICH_API_KEY="$OTHER"'), keyFile('KEY=canary\n')],
    UNCLEAR,
  ],
  ['from another file', () => scriptWith('. ~/.config/immich/other'), UNCLEAR],
  [
    'from one of two files',
    () => [scriptWith(`. ~/${API_KEY}`, '. ~/.config/immich/other'), keyFile('KEY=canary\n')],
    UNCLEAR,
  ],
  ['from nowhere', () => scriptWith(), UNCLEAR],
  [
    'as the text of a file',
    () => [
      mac.file(SCRIPT, `export IMMICH_API_KEY="$(cat ~/${API_KEY})"\nbunx @immich/cli@2.5.6 upload x\n`, {
        mode: 0o755,
      }),
      keyFile('canary\n'),
    ],
    { status: 'ok' },
  ],
  [
    'as the text of a file that has more than the key',
    () =>
      mac.file(SCRIPT, `export IMMICH_API_KEY="$(cat ~/${API_KEY})"\nbunx @immich/cli@2.5.6 upload x\n`, {
        mode: 0o755,
      }),
    UNCLEAR,
  ],
  [
    'through hsdoctor',
    () => mac.file(SCRIPT, '#!/bin/sh\nhsdoctor immich upload x\n', { mode: 0o755 }),
    { status: 'ok' },
  ],
];
test.each(readings)('a script that has its key %s', async (_, arrange, judged) => {
  arrange();
  expect(await judgedBy('upload-credentials')).toMatchObject(judged);
});

const KEY = 'canary0123456789abcdefghijklmnopqrstuvwxyz';
const inShell = (text: string) => () => mac.agent({ ProgramArguments: ['/bin/sh', '-c', text] });
const withWords =
  (...words: string[]) =>
  () =>
    mac.agent({ ProgramArguments: [join(mac.home, SCRIPT), ...words] });
const runsScript = (before: string, ...words: string[]) =>
  inShell([`${before}exec ~/${SCRIPT}`, ...words].join(' '));

test.each<[string, () => void]>([
  ['behind an option', withWords('--key', KEY)],
  ['in an option', withWords(`--key=${KEY}`)],
  ['behind a short option', withWords('-k', KEY)],
  ['in quotes, in the text of a shell', runsScript('', '--api-key', `"${KEY}"`)],
  ['in a variable of that text', runsScript("IMMICH_API_KEY='canary' ")],
  ['in a variable on a line of its own', runsScript(`export IMMICH_API_KEY=${KEY}\n`)],
  ['in a header', runsScript(`curl -H 'x-api-key: ${KEY}' http://x; `)],
  ['in a header without a blank', runsScript(`curl "-HX-Api-Key:${KEY}" http://x; `)],
])('a key among the arguments of the agent is found: %s', async (_, arrange) => {
  arrange();
  const result = await judgedBy('upload-credentials');
  expect(result).toMatchObject({
    status: 'warn',
    findings: [{ kind: 'upload-credentials/key-in-property-list', subject: PLIST }],
  });
  expect(JSON.stringify(result)).not.toContain('canary');
});

test.each<[string, () => void]>([
  ['a variable', runsScript('', '--key', '"$IMMICH_API_KEY"', '-k', '$KEY')],
  ['what a command prints', runsScript(`IMMICH_API_KEY="$(cat ~/${API_KEY})" `)],
  ['a path', withWords('--key', '/Users/ann/.config/immich/api-key')],
  ['another option', withWords('-k', '--a-long-option-without-a-value')],
  ['nothing', runsScript('IMMICH_API_KEY="" ', '--key')],
])('what stands where a key could is none: %s', async (_, arrange) => {
  arrange();
  expect(await judgedBy('upload-credentials')).toMatchObject({ status: 'ok', findings: [] });
});

/** The photos are there, and something is in the way of the run that would bring them. */
const notNow: [string, () => void][] = [
  ['the server does not answer', () => mac.pings('', { exit: 7 })],
  ['the key is a dangling link', () => mac.link(API_KEY, '/gone')],
  ['the key has another name', () => keyFile('KEY=canary\n')],
  ['its script may upload another folder', () => scriptWith(`. ~/${API_KEY}`)],
  ['the agent is not loaded', () => mac.service(LABEL, null)],
  ['a lock is in the way', () => mac.lock('upload-immich.lock.d/owner.token', 'x\n', HOUR)],
  ['its last run failed of what nobody has looked at since', () => mac.log([HOUR, 'CLI 종료 코드: 1'])],
  ['bun is not on the PATH', () => mac.log([HOUR, 'CLI 종료 코드: 127'])],
  [
    'its script deletes photos that may not be on the server',
    () => mac.file(SCRIPT, `${UPLOADS}rm -f "$photo"\n`, { mode: 0o755 }),
  ],
  [
    'nobody knows what its script does',
    () => mac.file(SCRIPT, `. ~/${API_KEY}\nexec /nix/store/abc/bin/upload\n`, { mode: 0o755 }),
  ],
];
test.each(notNow)('nobody is told to run the agent while %s', async (_, arrange) => {
  stranded();
  expect((await judgedBy('upload-folder'))?.findings[0]?.remedy?.now).toHaveLength(1);
  arrange();
  const { findings = [] } = (await judgedBy('upload-folder')) ?? {};
  expect(findings).toHaveLength(1);
  expect(findings[0]?.remedy?.now ?? []).toEqual([]);
});

test('a folder on a volume that does not exist is not made in its place', async () => {
  mac.agent({ WatchPaths: ['/Volumes/Photos-of-nobody/upload'] });
  const { findings = [] } = (await judgedBy('launchd-agent')) ?? {};
  expect(findings.map(({ kind }) => kind)).toEqual(['launchd-agent/watched-folder-missing']);
  expect(findings[0]?.remedy).toMatchObject({ now: [] });
  expect(JSON.stringify(findings[0]?.remedy)).not.toContain('mkdir');
});

test('a folder that does not exist is none that was looked at', async () => {
  mac.without(WATCHED);
  expect(await judgedBy('upload-folder')).toMatchObject({
    status: 'skipped',
    reason: `the folder ${HOME}/${WATCHED} does not exist`,
  });
});

/** An upload of the watched folder, with other words or other commands behind it. */
const uploadsFolder = (words = '', ...lines: readonly string[]) =>
  mac.file(
    SCRIPT,
    [
      '#!/bin/sh',
      `. ~/${API_KEY}`,
      `. ~/${PUSHOVER}`,
      `W="$HOME/${WATCHED}"`,
      `bunx @immich/cli@2.5.6 upload${words} "$W"`,
      ...lines,
      '',
    ].join('\n'),
    { mode: 0o755 },
  );
const below = (name = '2026/a.jpg', age = 9 * HOUR) => mac.file(`${WATCHED}/${name}`, 'x', { age });
const hsdoctorWith = (...words: readonly string[]) => {
  runByHsdoctor();
  mac.agent({
    ProgramArguments: [join(mac.home, 'bin/hsdoctor'), 'immich', 'upload', join(mac.home, WATCHED), ...words],
    EnvironmentVariables: { IMMICH_API_KEY_FILE: join(mac.home, '.config/key') },
  });
};

describe('photos in subfolders of the watched folder', () => {
  const cases: [string, () => void, object][] = [
    [
      'are told where the script does not upload them',
      () => [uploadsFolder(), below(), below('2026/05/b.mov', 2 * HOUR), below('.hidden/c.jpg')],
      {
        status: 'warn',
        findings: [
          {
            kind: 'upload-folder/in-subfolders',
            title: `The upload skips 2 photos and videos in subfolders of ${HOME}/${WATCHED}`,
          },
        ],
      },
    ],
    [
      'are left behind where the script uploads subfolders',
      () => [uploadsFolder(' --recursive'), below()],
      { status: 'fail', findings: [{ kind: 'upload-folder/stranded' }] },
    ],
    [
      'have just arrived',
      () => [uploadsFolder(), below('2026/a.jpg', MINUTE)],
      { status: 'ok', findings: [] },
    ],
    ['are other files', () => [uploadsFolder(), below('2026/a.txt')], { status: 'ok', findings: [] }],
    [
      'lie where the script itself puts them',
      () => [uploadsFolder('', 'mv -n "$f" "$W/done/"'), below('done/a.jpg')],
      {
        status: 'ok',
        reason: expect.stringMatching(/^1 photo or video in subfolders of .* was not checked/),
      },
    ],
    [
      'may be uploaded, where the script names the files in another way',
      () => [mac.file(SCRIPT, `${UPLOADS.replace('x\n', '"$@"\n')}`, { mode: 0o755 }), below()],
      {
        status: 'unknown',
        reason: expect.stringMatching(/^whether the agent uploads the 1 photo or video in subfolders/),
      },
    ],
    [
      'may be uploaded, where an option is not known',
      () => [uploadsFolder(' $OPTIONS'), below()],
      { status: 'unknown', findings: [] },
    ],
    [
      'may be uploaded by hsdoctor, whose settings may say so',
      () => [hsdoctorWith('--delete'), below()],
      { status: 'unknown', findings: [] },
    ],
    [
      'are uploaded by hsdoctor',
      () => [hsdoctorWith('-r'), below()],
      { status: 'fail', findings: [{ kind: 'upload-folder/stranded' }] },
    ],
    [
      'are left out by hsdoctor on purpose',
      () => [hsdoctorWith('--no-recursive'), below()],
      { status: 'ok', reason: expect.stringMatching(/was not checked/) },
    ],
  ];
  test.each(cases)('%s', async (_, arrange, judged) => {
    arrange();
    expect(await judgedBy('upload-folder')).toMatchObject(judged);
  });

  test.each([
    ['is a link', 'linked'],
    ['lies in a hidden folder', '.hidden/in'],
  ])('are seen where the watched folder %s', async (_, name) => {
    mac.file('.hidden/in/2026/a.jpg', 'x', { age: 9 * HOUR });
    mac.file('.hidden/in/b.jpg', 'x', { age: 9 * HOUR });
    mac.link('linked', join(mac.home, '.hidden/in'));
    mac.agent({ WatchPaths: [join(mac.home, name)] });
    mac.file(SCRIPT, UPLOADS.replace(' x\n', ` -r "$HOME/${name}"\n`), { mode: 0o755 });
    const { findings = [] } = (await judgedBy('upload-folder')) ?? {};
    expect(findings.map(({ title }) => title)).toEqual([
      `2 photos and videos are left behind in ${HOME}/${name}`,
    ]);
  });

  test('are unknown where a subfolder cannot be read', async () => {
    below();
    const find = mac.real('find');
    mac.program(
      'find',
      `case "$*" in *'-type d'*) echo "find: x: Permission denied" >&2 ;; esac; exec ${find} "$@"`,
    );
    mac.without(`${WATCHED}/2026`);
    expect(await judgedBy('upload-folder')).toMatchObject({
      status: 'unknown',
      reason: expect.stringMatching(/a subfolder of .* cannot be read/),
    });
  });
});

test('a label that cannot be typed stands in no command', async () => {
  const name = 'upload-immich/../x';
  mac.agent({ Label: name });
  mac.service(LABEL, null);
  const { findings = [] } = (await judgedBy('launchd-agent')) ?? {};
  const steps = findings.flatMap(({ remedy }) => [...(remedy?.now ?? []), ...(remedy?.lasting ?? [])]);
  expect(steps.flatMap((step) => (step.kind === 'run' ? step.words : [])).join(' ')).not.toContain(name);
});

test('a URL with a blank or a quote stands in no command, and is asked as it is', async () => {
  mac.pings('', { exit: 3 });
  mac.agent({ EnvironmentVariables: { IMMICH_INSTANCE_URL: "http://a b';touch PWN;'" } });
  const [finding] = (await judgedBy('immich-reachable'))?.findings ?? [];
  expect(JSON.stringify(finding?.remedy?.lasting.filter(({ kind }) => kind === 'run'))).not.toContain('PWN');
});

test('colours in a log hide no failure', async () => {
  mac.file(OUT, `\u001b[31m${mac.logText([HOUR, 'CLI 종료 코드: \u001b[1m1'])}`, { age: HOUR });
  const [finding] = (await judgedBy('upload-log'))?.findings ?? [];
  expect(finding).toMatchObject({ kind: 'upload-log/cli-exit', count: 1 });
  expect(finding?.evidence[0]?.observed).not.toContain('\u001b');
});

/** What cannot be seen: no finding, and nothing that is ok. */
const unseen: [string, () => void, string, RegExp][] = [
  [
    'launchd does not tell how the last run ended',
    () => mac.service(LABEL, { 'last exit code': undefined }),
    'launchd-agent',
    /how its last run ended is not known/,
  ],
  [
    'launchd tells a state that nobody knows',
    () => mac.service(LABEL, { state: 'levitating' }),
    'launchd-agent',
    /not understood/,
  ],
  [
    'ps does not tell since when a run goes on',
    () => mac.service(LABEL, { state: 'running', pid: '4711' }),
    'launchd-agent',
    /when it started is not known/,
  ],
  [
    'launchctl does not tell what is disabled',
    () =>
      mac.program(
        'launchctl',
        `case $1 in print-disabled) ;; *) exec '${mac.stand('launchctl')}' "$@" ;; esac`,
      ),
    'launchd-agent',
    /output of .*print-disabled is not understood/,
  ],
  ['the agent watches no folder', () => mac.agent({ WatchPaths: [] }), 'upload-folder', /watches no folder/],
  [
    'macOS hides whether the watched folder is there',
    () => mac.agent({ WatchPaths: [join(mac.home, WATCHED), join(mac.home, 'Desktop/upload')] }),
    'launchd-agent',
    /cannot read .*Desktop/,
  ],
  [
    'macOS hides whether the script is there',
    () => mac.agent({ ProgramArguments: ['/bin/sh', join(mac.home, 'Desktop/upload-immich.sh')] }),
    'launchd-agent',
    /cannot read .*Desktop/,
  ],
  [
    'it is not clear what the agent runs',
    () => mac.agent({ ProgramArguments: ['/bin/sh', '-c', 'cd; ./upload-immich.sh'] }),
    'upload-safety',
    /which script .* is not clear/,
  ],
  [
    'the script calls another one, which may do anything',
    () => mac.file(SCRIPT, '#!/bin/sh\nexec /nix/store/abc/bin/upload\nrm -f c\n', { mode: 0o755 }),
    'upload-safety',
    /no uploader that hsdoctor knows was found in /,
  ],
  [
    'a run began after the last that succeeded, and tells no end',
    () => mac.log([9 * HOUR, '완료'], [HOUR, '업로드 시작']),
    'upload-log',
    /does not show how the run at .* ended/,
  ],
  [
    'a run uploaded after the last that succeeded, and tells no end',
    () => mac.log([9 * HOUR, '완료'], [HOUR, 'Successfully uploaded 3 new assets']),
    'upload-log',
    /does not show how the run at .* ended/,
  ],
  [
    'a run says that it is done, and that a file was not uploaded',
    () =>
      mac.log(
        [9 * HOUR, '완료'],
        [HOUR, '업로드 시작'],
        [HOUR, 'Successfully uploaded 0 new assets'],
        [HOUR, '1. Unable to upload secret-name.jpg: TypeError'],
        [HOUR, '완료'],
      ),
    'upload-log',
    /also shows a failure that may be one of the upload: "unable to"$/,
  ],
  [
    'a run names a photo whose name says that something is done',
    () => mac.log([9 * HOUR, '완료'], [HOUR, '업로드 시작'], [HOUR, '업로드 중: 여행 완료.jpg']),
    'upload-log',
    /does not show how the run at .* ended/,
  ],
  [
    'the log says what nobody knows, long after the last run that succeeded',
    () => mac.log([9 * HOUR, '완료'], [HOUR, 'panic']),
    'upload-log',
    /does not show how the run at .* ended/,
  ],
  ...(
    [
      ['something else', '뭔가 이상함'],
      ['that a part is done', '업로드 완료 50%'],
      ['that it is not done', '업로드 완료되지 않음'],
    ] as const
  ).map(([what, line]): [string, () => void, string, RegExp] => [
    `the log says ${what}, after the last run that succeeded`,
    () => mac.log([HOUR, '업로드 시작'], [HOUR, '완료'], [HOUR - 5 * MINUTE, line]),
    'upload-log',
    /does not show how the run at .* ended/,
  ]),
  [
    'a log without times goes on behind its last success',
    () => mac.file(OUT, '업로드 시작\n완료\n뭔가 이상함\n', { age: HOUR }),
    'upload-log',
    /does not show how the run at .* ended/,
  ],
  [
    'the times of a log do not rise, and only one of its runs succeeded',
    () => mac.file(OUT, mac.logText([HOUR, 'CLI 종료 코드: 1'], [9 * HOUR, '완료']), { age: HOUR }),
    'upload-log',
    /times in the log do not rise/,
  ],
  [
    'the agent watches a file',
    () => [mac.without(WATCHED), mac.file(WATCHED, 'x')],
    'upload-folder',
    /upload-immich is a file, and no folder/,
  ],
  [
    'nothing tells which file holds the key',
    () => [mac.file(SCRIPT, UPLOADS.replaceAll('.config', '.keys'), { mode: 0o755 }), mac.without('.config')],
    'upload-credentials',
    /which file holds the Immich key is not known/,
  ],
  [
    'the file of the key is hidden',
    () => mac.agent({ EnvironmentVariables: { IMMICH_API_KEY_FILE: join(mac.home, 'Desktop/key') } }),
    'upload-credentials',
    /cannot read .*Desktop/,
  ],
  [
    'a log is denied',
    () =>
      mac.program('tail', `case "$*" in *error.log) exit 1 ;; *) exec '${mac.real('tail')}' "$@" ;; esac`),
    'upload-log',
    /cannot read .*error\.log/,
  ],
  ['curl itself fails', () => mac.pings('', { exit: 2 }), 'immich-reachable', /curl exited with 2/],
  [
    'ps shows only some processes',
    () => [mac.lock('upload-immich.lock', '4711\n', HOUR), mac.program('ps', '')],
    'upload-lock',
    /not list process 1/,
  ],
  [
    'ps does not show what the owner of a lock runs',
    () => [mac.lock('upload-immich.lock', '4711\n', HOUR), mac.process(4711, HOUR, '(bash)')],
    'upload-lock',
    /does not show what that process runs/,
  ],
  [
    'a long run leaves no log',
    () => [
      mac.running(4711, 3 * HOUR),
      mac.without('Library/Logs'),
      mac.file('Library/Logs/folder-actions/x', ''),
    ],
    'launchd-agent',
    /no log shows whether it makes progress/,
  ],
];

test.each(unseen)('unknown, and no fault of the Mac: %s', async (_, arrange, id, reason) => {
  arrange();
  const { results } = await mac.check();
  expect(results.find(({ check }) => check === id)).toMatchObject({
    status: 'unknown',
    reason: expect.stringMatching(reason),
  });
  expect(results.filter(({ check }) => check !== 'visibility').flatMap(({ findings }) => findings)).toEqual(
    [],
  );
});

test.each([
  ['empty', () => mac.log()],
  ['not there', () => [mac.without(OUT), mac.without(ERROR)]],
])('a log that is %s tells of no run, neither of a good nor of a bad one', async (_, arrange) => {
  arrange();
  mac.service(LABEL, { runs: '0', 'last exit code': '(never exited)' });
  const { results } = await mac.check();
  expect(notOk(results)).toEqual([expect.stringMatching(/^upload-log: skipped \(.*(?:no run|no log).* yet/)]);
});

test('the last run has failed, however short the time is that is looked at', async () => {
  mac.log([9 * HOUR, '완료'], [3 * HOUR, 'CLI 종료 코드: 1']);
  const report = await mac.report(['sh', '-s'], HOUR);
  expect(report.targets[0]?.results.find(({ check }) => check === 'upload-log')?.status).toBe('fail');
});

describe('two property lists of one label, in whichever order they are read', () => {
  const other = (name: string, over: Parameters<TestMac['agent']>[0] = {}) =>
    mac.agent({ Label: LABEL, ...over }, { name });
  const foundBy = async (id: string) =>
    (await judgedBy(id))?.findings.map(({ kind, status, subject }) => [kind, status, subject]);
  const plist = (name: string) => `${HOME}/Library/LaunchAgents/${name}.plist`;

  test.each(['a', 'z'])('only the one that is loaded is judged: %s', async (name) => {
    other(name, { ProgramArguments: ['/gone/upload-immich.sh'] });
    expect(await foundBy('launchd-agent')).toEqual([['launchd-agent/shadowed', 'fail', plist(name)]]);
  });

  test.each(['a', 'z'])('a copy is a warning: %s', async (name) => {
    other(name);
    expect(await foundBy('launchd-agent')).toEqual([['launchd-agent/shadowed', 'warn', plist(name)]]);
  });

  test.each(['a', 'z'])('which is loaded may not be known: %s', async (name) => {
    other(name, { WatchPaths: [join(mac.home, 'Library')] });
    mac.service(LABEL, { path: '(submitted by x)' });
    expect(await judgedBy('launchd-agent')).toMatchObject({
      status: 'unknown',
      reason: expect.stringMatching(
        /several property lists have the label .*: which one launchd has loaded is not/,
      ),
      findings: [],
    });
  });

  test.each(['a', 'z'])('the one that holds the key is named: %s', async (name) => {
    other(name, { EnvironmentVariables: { IMMICH_API_KEY: 'canary' } });
    expect(await foundBy('upload-credentials')).toEqual([
      ['upload-credentials/key-in-property-list', 'warn', plist(name)],
    ]);
  });
});

test('an agent of another name that is given a variable of Immich uploads, too', async () => {
  const watched = join(mac.home, 'Gone');
  const photos = (key: string) =>
    mac.agent(
      { ProgramArguments: ['/usr/bin/true'], WatchPaths: [watched], EnvironmentVariables: { [key]: 'x' } },
      { name: 'com.ann.photos' },
    );
  mac.service('com.ann.photos');
  photos('PHOTOS');
  const kinds = async () => (await judgedBy('launchd-agent'))?.findings.map(({ kind }) => kind);
  expect(await kinds()).toEqual([]);
  photos('IMMICH_API_KEY');
  expect(await kinds()).toContain('launchd-agent/watched-folder-missing');
});

describe('another job and the watched folder', () => {
  const job =
    (text: string, over: Parameters<TestMac['agent']>[0] = {}) =>
    () => {
      const file = mac.file('bin/tidy', `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      mac.agent({ ProgramArguments: [file], WatchPaths: [], ...over }, { name: 'com.ann.tidy' });
    };
  const crontab = (line: string) => () => mac.program('crontab', `printf '%s\\n' '# rm' '${line}'`);

  test.each<[string, () => void]>([
    ['an agent whose script empties it', job(`find "$HOME/${WATCHED}" -mtime +1 -delete`)],
    ['an agent whose script empties the folder above', job('rm -rf ~/FolderActions/*')],
    ['an agent that watches it', () => job('mv "$1" /tmp', { WatchPaths: [join(mac.home, WATCHED)] })()],
    ['a line of the crontab', crontab(`0 3 * * * find ~/${WATCHED} -mtime +7 -delete`)],
    [
      'a script that the crontab runs',
      () => {
        mac.file('bin/tidy.sh', `#!/bin/sh\nrm -f "\${HOME}/${WATCHED}"/*\n`);
        crontab('@daily ~/bin/tidy.sh')();
      },
    ],
    [
      'an agent that runs a program with it',
      () =>
        mac.agent(
          { ProgramArguments: ['/usr/bin/true', '~/FolderActions'], WatchPaths: [] },
          { name: 'com.ann.tidy' },
        ),
    ],
  ])('may remove photos: %s', async (_, arrange) => {
    arrange();
    expect(await judgedBy('upload-safety')).toMatchObject({
      status: 'unknown',
      reason: expect.stringMatching(/may remove files from .*upload-immich: whether it removes photos/),
      findings: [],
    });
  });

  test.each<[string, () => void]>([
    ['an agent for the folder beside it', job(`rm -rf ~/FolderActions/other ~/${WATCHED}2`)],
    ['an agent that removes elsewhere', job('rm -f ~/Library/Logs/x.log')],
    ['an agent that only reads it', job(`ls ~/${WATCHED} >/tmp/list`)],
    ['a comment', job(`# rm -rf ~/${WATCHED}\nls ~/${WATCHED}`)],
    ['a line of the crontab for something else', crontab('0 3 * * * rm -f ~/x.log')],
  ])('has nothing to do with each other: %s', async (_, arrange) => {
    arrange();
    expect(await judgedBy('upload-safety')).toMatchObject({ status: 'ok' });
  });
});

test('a program that is no script is not sent as one', async () => {
  mac.file(SCRIPT, `\u007fELF\u0000\u0000${'x'.repeat(9000)}`, { mode: 0o755 });
  expect(await judgedBy('upload-safety')).toMatchObject({
    status: 'unknown',
    reason: `the script ${HOME}/${SCRIPT} was not read`,
  });
});

test('that only a change of the folder starts the agent is advice, and no fault', async () => {
  expect(await judgedBy('launchd-agent')).toMatchObject({
    status: 'ok',
    reason: expect.stringMatching(/launchd can miss a change: add StartInterval/),
  });
  for (const way of [
    { StartInterval: 3600 },
    { StartCalendarInterval: { Hour: 3 } },
    { KeepAlive: true },
    { WatchPaths: [], QueueDirectories: [join(mac.home, WATCHED)] },
  ]) {
    mac.agent(way);
    expect((await judgedBy('launchd-agent'))?.reason).not.toMatch(/StartInterval/);
  }
});

test('two agents that run hsdoctor on folders of their own are no twins', async () => {
  mac.file('bin/hsdoctor', '', { mode: 0o755 });
  for (const name of ['a', 'b']) {
    mac.agent(
      {
        ProgramArguments: [join(mac.home, 'bin/hsdoctor'), 'immich', 'upload', join(mac.home, name)],
        WatchPaths: [],
      },
      { name },
    );
    mac.service(name);
  }
  const { results } = await mac.check();
  expect(results.find(({ check }) => check === 'launchd-agent')?.findings).toEqual([]);
});

test('a binary property list with a text that is not ASCII is found', async () => {
  mac.agent({}, { binary: true, text: Buffer.from('/Users/ann/사진/upload-immich.sh', 'utf16le').swap16() });
  expect(notOk((await mac.check()).results)).toEqual([]);
});

test('a lock of its own that a run left is told of, and so is one that cannot be judged', async () => {
  ownLock(HOUR);
  const judged = async () => (await mac.check()).results.find(({ check }) => check === 'upload-lock');
  expect(await judged()).toMatchObject({
    status: 'ok',
    reason: `${OWN}: its process has ended, and the next run takes it over by itself`,
  });
  mac.process(4712, MINUTE, '/usr/local/bin/hsdoctor immich upload x');
  mac.lock('hsdoctor-upload-111111111111.lock', '', HOUR);
  expect(await judged()).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('process 4712 is uploading: it may be its lock'),
  });
});

test('over ssh without a session at the screen nothing is called not loaded', async () => {
  mac.session(false);
  const { results } = await mac.check();
  const agent = results.find(({ check }) => check === 'launchd-agent');
  expect(agent).toMatchObject({ status: 'unknown', findings: [] });
  expect(agent?.reason).toContain('nobody is logged in at the screen');
});

test('a Mac without an upload agent has nothing to look at', async () => {
  mac.without('Library/LaunchAgents');
  mac.service(LABEL, null);
  const { results } = await mac.check();
  expect(results.filter(({ check }) => MAC_CHECKS.includes(check)).map(({ status }) => status)).toEqual(
    MAC_CHECKS.map(() => 'skipped'),
  );
});

test('what launchctl prints in a form that is not known is unknown', async () => {
  mac.service(LABEL, { state: undefined });
  const { results } = await mac.check();
  expect(notOk(results)).toEqual([expect.stringMatching(/^launchd-agent: unknown .*not understood/)]);
});

test('a folder that macOS does not let hsdoctor itself list is unknown, and nobody is accused', async () => {
  mac.agent({ WatchPaths: [join(mac.home, 'Desktop/upload')] });
  mac.file('Desktop/upload/a.jpg', '', { age: HOUR });
  const { results } = await mac.check();
  expect(notOk(results)).toEqual([
    'visibility: unknown',
    expect.stringMatching(/^upload-folder: unknown \(macOS does not let this program list/),
  ]);
});

test('the checks of a server do not apply to a Mac', async () => {
  const { results, system } = await mac.check();
  expect(results.filter(({ status }) => status === 'skipped')).toEqual(
    SKIPPED.map((check) => ({ check, status: 'skipped', reason: 'not on darwin', findings: [] })),
  );
  expect(system.os).toBe('macOS 15.3.1');
});

const asNobody =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--clear-groups', 'sh', '-s'] : ['sh', '-s'];

test('what the modes of files keep from this user is unknown, and no fault of the Mac', async () => {
  execFileSync('chmod', ['-R', 'a+rX', mac.folder]);
  chmodSync(mac.folder, 0o777);
  mac.file(`Library/LaunchAgents/com.other.upload-immich.plist`, 'x', { mode: 0 });
  mac.file(ERROR, 'x', { mode: 0 });
  mac.file('private/key', 'IMMICH_API_KEY=canary', { mode: 0o400 });
  chmodSync(join(mac.home, 'private'), 0);
  mac.agent({ EnvironmentVariables: { IMMICH_API_KEY_FILE: join(mac.home, 'private/key') } });
  const { results } = await mac.check(asNobody);
  chmodSync(join(mac.home, 'private'), 0o700);
  const reasons = results
    .filter(({ check }) => MAC_CHECKS.includes(check))
    .map(({ check, reason }) => [check, reason]);
  expect(Object.fromEntries(reasons)).toMatchObject({
    'launchd-agent': expect.stringContaining('com.other.upload-immich.plist'),
    'upload-log': expect.stringContaining('error.log'),
    'upload-credentials': expect.stringContaining('private/key'),
  });
  expect(results.find(({ check }) => check === 'launchd-agent')?.findings).toEqual([]);
});
