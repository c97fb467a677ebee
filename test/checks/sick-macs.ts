import type { FactTable } from '../../src/engine/evaluate.ts';
import { type FactName, type Facts, probes } from '../../src/facts/host/index.ts';
import type { LaunchAgent } from '../../src/facts/host/launch-agents.ts';
import type { LaunchdService } from '../../src/facts/host/launchctl.ts';
import type { Credential } from '../../src/facts/host/upload-credentials.ts';
import type { UploadLock } from '../../src/facts/host/upload-locks.ts';
import type { LogEvent } from '../../src/facts/host/upload-log-lines.ts';
import type { Fact } from '../../src/model/fact.ts';
import { MINUTE, NOW } from './home-server.ts';

/** Stand for the name that is tried: where a name is, and where a path is. */
export const NAME = 'thename';
export const FILE = 'thefile';

const HOUR = 60 * MINUTE;
export type MacFacts = Partial<Facts>;

export const agent = (over: Partial<LaunchAgent> = {}): LaunchAgent => ({
  file: `${FILE}.plist`,
  label: NAME,
  program: { path: `${FILE}.sh`, state: 'executable' },
  interpreter: { path: `${FILE}/sh`, state: 'executable' },
  watched: [{ path: FILE, state: 'folder' }],
  folders: [{ path: FILE, state: 'folder' }],
  standardOut: `${FILE}.log`,
  standardError: `${FILE}.error.log`,
  environment: { PATH: FILE },
  arguments: [FILE],
  onlyWatches: true,
  bunx: { elsewhere: `${FILE}/bunx` },
  ...over,
});

export const agents = (...all: readonly LaunchAgent[]): MacFacts => ({
  launchAgents: { uid: 501, home: `/Users/${NAME}`, agents: all, broken: [] },
});

const service = (over: Partial<LaunchdService> = {}): LaunchdService => ({
  label: NAME,
  loaded: true,
  disabled: false,
  state: 'not running',
  runs: 7,
  exitCode: 0,
  neverExited: false,
  held: false,
  ...over,
});

export const services = (...all: readonly Partial<LaunchdService>[]): MacFacts => ({
  launchctl: all.map(service),
});
export const crashed = (exitCode: number) => services({ exitCode });

export const credentials = (over: Partial<Credential>, leftovers: readonly string[] = []): MacFacts => ({
  uploadCredentials: {
    credentials: [
      {
        path: `${FILE}.key`,
        of: 'immich',
        expected: true,
        state: 'present',
        mode: '400',
        bytes: 9,
        form: 'assignments',
        sourced: true,
        ...over,
      },
    ],
    keyInPropertyList: [],
    unreadable: [],
    leftovers,
    foreignLeftovers: [],
  },
});

export const lock = (over: Partial<UploadLock>): MacFacts => ({
  uploadLocks: {
    locks: [
      {
        path: '/tmp/upload-immich.lock.d',
        form: 'folder',
        hasToken: true,
        isOurs: true,
        state: 'read',
        madeAt: NOW - 3 * HOUR,
        ...over,
      },
    ],
    uploading: [],
  },
});

export const owner = (isUpload: boolean, startedAt: number) => ({
  pid: 4711,
  owner: {
    pid: 4711,
    startedAt,
    isUpload,
    isProven: isUpload,
    command: isUpload ? `${FILE}.sh` : `${FILE}.other`,
  },
});

export const log = (event: Partial<LogEvent>, modifiedAt = NOW - HOUR): MacFacts => ({
  uploadLogs: [
    {
      path: `${FILE}.log`,
      kind: 'out',
      bytes: 9,
      modifiedAt,
      events: [{ kind: 'done', at: modifiedAt, text: NAME, ...event }],
    },
  ],
});

const server = { label: NAME, url: `http://${NAME}.ts.net:2283`, exitCode: 0, httpStatus: 200, pong: true };
export const ping = (over: Readonly<Record<string, unknown>>): MacFacts => ({
  immichPing: [{ ...server, ...over }],
});

/** The script that an agent runs, in the lines that are given. */
export const script = (...lines: readonly string[]): MacFacts => ({
  uploadScript: [
    {
      path: `${FILE}.sh`,
      readable: true,
      text: ['#!/bin/sh', ...lines].join('\n'),
      isWhole: true,
      settings: [],
    },
  ],
});
export const UPLOAD = `bunx @immich/cli@2.5.6 upload "${FILE}"`;

const HEALTHY: MacFacts = {
  ...agents(agent()),
  ...services({}),
  uploadLocks: { locks: [], uploading: [] },
  ...log({}),
  ...credentials({}),
  uploadFolder: [{ path: FILE, state: 'read', files: [], below: [] }],
  ...ping({}),
  ...script(UPLOAD),
  folderJobs: [],
};

export const byHsdoctor = agents(agent({ program: { path: `${FILE}/hsdoctor`, state: 'executable' } }));
export const named = (state: LaunchAgent['program']['state'], path = FILE) => ({ path, state });

/** What can be wrong with a Mac, by the kind that is found of it. */
export const SICK_MACS: readonly (readonly [kind: string, facts: MacFacts])[] = [
  ['launchd-agent/not-loaded', services({ loaded: false })],
  ['launchd-agent/disabled', services({ loaded: false, disabled: true })],
  ['launchd-agent/disabled-next-time', services({ disabled: true })],
  [
    'launchd-agent/broken-property-list',
    { launchAgents: { uid: 501, home: `/Users/${NAME}`, agents: [agent()], broken: [`${FILE}.plist`] } },
  ],
  ['launchd-agent/program-missing', agents(agent({ program: named('missing') }))],
  ['launchd-agent/interpreter-missing', agents(agent({ interpreter: named('dangling') }))],
  ['launchd-agent/not-executable', agents(agent({ program: named('file') }))],
  ['launchd-agent/not-executable', agents(agent({ program: named('file', `/nix/store/${NAME}`) }))],
  ['launchd-agent/watched-folder-missing', agents(agent({ watched: [named('missing')] }))],
  ['launchd-agent/watched-folder-missing', agents(agent({ watched: [named('dangling')] }))],
  [
    'launchd-agent/watched-folder-missing',
    agents(agent({ watched: [named('missing', `/Volumes/${NAME}`)] })),
  ],
  ['launchd-agent/folder-missing', { ...agents(agent({ folders: [named('missing')] })), ...crashed(78) }],
  ['launchd-agent/folder-missing', { ...agents(agent({ folders: [named('dangling')] })), ...crashed(78) }],
  ['launchd-agent/held-back', services({ held: true, runs: 0 })],
  ['launchd-agent/failed', { ...byHsdoctor, ...crashed(3) }],
  ['launchd-agent/signature-refused', services({ signal: 'OS_REASON_CODESIGNING' })],
  ['launchd-agent/killed', services({ signal: `Killed: 9 ${NAME}` })],
  ['launchd-agent/not-set-up', crashed(78)],
  ['launchd-agent/not-permitted', crashed(126)],
  ['launchd-agent/command-not-found', crashed(127)],
  ['launchd-agent/crashed', crashed(2)],
  ['launchd-agent/hangs', services({ state: 'running', pid: 4711, startedAt: NOW - 3 * HOUR })],
  ['launchd-agent/no-property-list', services({}, { label: `${NAME}2` })],
  ['launchd-agent/no-property-list', { ...agents(), ...services({}) }],
  [
    'launchd-agent/twins',
    { ...agents(agent(), agent({ label: `${NAME}2` })), ...services({}, { label: `${NAME}2` }) },
  ],
  [
    'launchd-agent/shadowed',
    {
      ...agents(agent(), agent({ file: `/Library/LaunchAgents/${NAME}.plist` })),
      ...services({ file: `${FILE}.plist` }),
    },
  ],
  ['upload-lock/hangs', lock(owner(true, NOW - 3 * HOUR))],
  ['upload-lock/owner-gone', lock({ pid: 4711 })],
  ['upload-lock/owner-gone', lock({ pid: 4711, path: '/tmp/upload-immich.lock', form: 'file' })],
  ['upload-lock/number-reused', lock(owner(false, NOW - HOUR))],
  ['upload-lock/broken', lock({ path: `/tmp/hsdoctor-upload-${'0'.repeat(12)}.lock`, form: 'own' })],
  ['upload-lock/broken', lock({ isOurs: false })],
  ['upload-lock/broken', lock({ path: FILE })],
  ['upload-log/cli-exit', log({ kind: 'cli-exit', number: 1 })],
  ['upload-log/command-not-found', log({ kind: 'cli-exit', number: 127 })],
  ['upload-log/command-not-found', { ...log({ kind: 'command-not-found' }), ...agents(agent({ bunx: {} })) }],
  ['upload-log/failed-assets', log({ kind: 'failed-assets', number: 3 })],
  ['upload-log/unsettled', log({ kind: 'unsettled' })],
  ['upload-log/unreachable', log({ kind: 'unreachable' })],
  ['upload-log/no-credentials', log({ kind: 'no-credentials' })],
  ['upload-log/not-set', log({ kind: 'not-set' })],
  ['upload-log/lock', log({ kind: 'lock' })],
  ['upload-log/hsdoctor-failed', { ...byHsdoctor, ...log({ kind: 'hsdoctor-failed', number: 1 }) }],
  ['upload-credentials/missing', credentials({ state: 'missing' })],
  ['upload-credentials/missing', credentials({ state: 'missing', of: 'pushover' })],
  ['upload-credentials/dangling', credentials({ state: 'dangling', target: FILE })],
  ['upload-credentials/dangling', credentials({ state: 'dangling', target: FILE }, [`${FILE}.tmp`, FILE])],
  ['upload-credentials/unreadable', credentials({ state: 'unreadable' })],
  ['upload-credentials/unreadable', credentials({ state: 'unreadable', target: FILE })],
  ['upload-credentials/empty', credentials({ bytes: 0 })],
  ['upload-credentials/empty', credentials({ bytes: 0, target: FILE })],
  ['upload-credentials/wrong-form', credentials({ form: 'raw' })],
  ['upload-credentials/in-nix-store', credentials({ mode: '444', target: `/nix/store/${NAME}` })],
  ['upload-credentials/open-to-others', credentials({ mode: '644', target: FILE })],
  [
    'upload-credentials/key-in-property-list',
    {
      uploadCredentials: {
        credentials: [],
        keyInPropertyList: [{ file: `${FILE}.plist`, as: 'argument' }],
        unreadable: [],
        leftovers: [],
        foreignLeftovers: [],
      },
    },
  ],
  [
    'upload-folder/stranded',
    {
      uploadFolder: [
        {
          path: FILE,
          state: 'read',
          files: [{ extension: 'jpg', count: 2, bytes: 9, oldest: NOW - 2 * HOUR, newest: NOW - HOUR }],
          below: [],
        },
      ],
    },
  ],
  [
    'upload-folder/in-subfolders',
    {
      uploadFolder: [
        {
          path: FILE,
          state: 'read',
          files: [],
          below: [{ extension: 'jpg', count: 2, bytes: 9, oldest: NOW - 2 * HOUR, newest: NOW - HOUR }],
        },
      ],
    },
  ],
  ['upload-folder/denied', log({ kind: 'denied', text: `${FILE}: Operation not permitted` })],
  ['immich-reachable/unreachable', ping({ exitCode: 7 })],
  ['immich-reachable/unreachable', ping({ exitCode: 3, url: NAME })],
  ['immich-reachable/server-down', ping({ httpStatus: 502, url: `https://${NAME}` })],
  ['immich-reachable/something-else', ping({ pong: false, url: `http://100.64.0.1/${NAME}/api` })],
  ['upload-safety/uploader-deletes', script(`${UPLOAD} --delete`)],
  ['upload-safety/deletes-duplicates', script(`${UPLOAD} --delete-duplicates`)],
  ['upload-safety/deletes-unproven', script(UPLOAD, 'rm "$1"')],
  ['upload-safety/unpinned-uploader', script('npx @immich/cli@latest upload "$1"')],
];

/** What the names stand for where people see them: a Mac as in docs/mac.md. */
const REAL: readonly (readonly [stands: string, real: string])[] = [
  ['"PATH":"thefile"', '"PATH":"/usr/bin:/bin"'],
  [`${NAME}2.plist`, '/Users/ann/Library/LaunchAgents/com.example.folder-action.upload-immich.plist'],
  [`${FILE}.plist`, '/Users/ann/Library/LaunchAgents/com.example.upload-immich.plist'],
  [`${FILE}.sh`, '/Users/ann/.local/bin/upload-immich.sh'],
  [`${FILE}.other`, '/usr/sbin/cupsd'],
  [`${FILE}.key`, '/Users/ann/.config/immich/api-key'],
  [`${FILE}.log`, '/Users/ann/Library/Logs/folder-actions/upload-immich.log'],
  [`${FILE}.error.log`, '/Users/ann/Library/Logs/folder-actions/upload-immich.error.log'],
  [`${FILE}/sh`, '/bin/sh'],
  [`${FILE}/bunx`, '/Users/ann/.bun/bin/bunx'],
  [`${FILE}/hsdoctor`, '/opt/homebrew/bin/hsdoctor'],
  [FILE, '/Users/ann/FolderActions/upload-immich'],
  [`/Users/${NAME}`, '/Users/ann'],
  [`http://${NAME}.ts.net`, 'http://minipc.tail1234.ts.net'],
  [`${NAME}2`, 'com.example.folder-action.upload-immich'],
  [NAME, 'com.example.upload-immich'],
];

/** The same facts with names of a real Mac. */
export function withRealNames<T>(facts: T): T {
  let text = JSON.stringify(facts);
  for (const [stands, real] of REAL) text = text.replaceAll(stands, real);
  return JSON.parse(text);
}

/** The facts of a Mac on which all is well but for these. */
export function macFactsOf(given: MacFacts): FactTable {
  const values: MacFacts = { ...HEALTHY, ...given };
  return Object.fromEntries(
    (Object.keys(probes) as FactName[]).map((name): [FactName, Fact<unknown>] => [
      name,
      name in values
        ? { outcome: 'ok', value: values[name] }
        : { outcome: 'not-applicable', reason: 'not on darwin' },
    ]),
  ) as unknown as FactTable;
}
