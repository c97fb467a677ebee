import { MINUTE, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';
import {
  agent,
  agents,
  byHsdoctor,
  crashed,
  FILE,
  type MacFacts,
  NAME,
  named,
  services,
} from '../sick-macs.ts';

const program = (state: Parameters<typeof named>[0]) =>
  agents(agent({ program: named(state, `${FILE}.sh`) }));
const interpreter = (state: Parameters<typeof named>[0]) =>
  agents(agent({ interpreter: named(state, `${FILE}/sh`) }));
const watching = (state: Parameters<typeof named>[0]) => agents(agent({ watched: [named(state)] }));
const broken = (...files: string[]): MacFacts => ({
  launchAgents: { uid: 501, home: `/Users/${NAME}`, agents: [agent()], broken: files },
});
const running = (minutes: number) =>
  services({ state: 'running', pid: 4711, startedAt: NOW - minutes * MINUTE });

/** An agent that nix-darwin makes. */
const declared = (settings: string) => ({
  'flake.nix':
    '{ outputs = { darwin, ... }: { darwinConfigurations.mac = darwin.lib.darwinSystem { modules = [ ./mac.nix ]; }; }; }',
  'mac.nix': `{ launchd.user.agents.upload-immich.serviceConfig = { ${settings} }; }`,
});
const RUNS = 'ProgramArguments = [ "/opt/hsdoctor" "immich" "upload" "/photos" ];';
const SCRIPT = 'ProgramArguments = [ "/opt/bunx" "@immich/cli@2.5.6" "upload" "/photos" ];';
const WATCHES = 'WatchPaths = [ "/photos" ];';
const two = (first: string, second: string) => ({
  ...declared(''),
  'mac.nix': `{
  launchd.user.agents.upload-immich.serviceConfig = { ${first} };
  launchd.user.agents.upload-immich-2.serviceConfig = { ${second} };
}`,
});
const home = (agentText: string, file: string) => ({
  'configuration.nix': `{ ... }: {
  xdg.configFile."upload-immich.sh" = { source = ./upload-immich.sh; ${file} };
  launchd.agents.upload-immich = { ${agentText} config = {
    ProgramArguments = [ "/Users/kim/.config/upload-immich.sh" ]; ${WATCHES}
  }; };
}`,
  'upload-immich.sh': 'exec hsdoctor immich upload /Users/kim/Photos\n',
});

export const cases: KindCases = {
  'broken-property-list': { mac: broken(`${FILE}.plist`), near: broken() },
  disabled: { mac: services({ loaded: false, disabled: true }), near: services({ loaded: false }) },
  'disabled-next-time': { mac: services({ disabled: true }), near: services({}) },
  'not-loaded': { mac: services({ loaded: false }), near: services({}) },
  'program-missing': { mac: program('missing'), near: program('executable') },
  'interpreter-missing': { mac: interpreter('dangling'), near: interpreter('executable') },
  'not-executable': { mac: program('file'), near: program('executable') },
  'watched-folder-missing': { mac: watching('missing'), near: watching('folder') },
  'folder-missing': {
    mac: { ...agents(agent({ folders: [named('missing')] })), ...crashed(78) },
    near: crashed(1),
  },
  'held-back': { mac: services({ held: true, runs: 0 }), near: services({ held: true, runs: 1 }) },
  failed: { mac: { ...byHsdoctor, ...crashed(3) }, near: crashed(4) },
  'signature-refused': {
    mac: services({ signal: 'OS_REASON_CODESIGNING' }),
    near: services({ signal: 'Killed: 9' }),
  },
  killed: { mac: services({ signal: 'Killed: 9' }), near: services({ signal: 'OS_REASON_CODESIGNING' }) },
  'not-set-up': { mac: crashed(78), near: crashed(0) },
  'not-permitted': { mac: crashed(126), near: crashed(127) },
  'command-not-found': { mac: crashed(127), near: crashed(126) },
  crashed: { mac: crashed(2), near: crashed(0) },
  hangs: { mac: running(90), near: running(50) },
  'no-property-list': { mac: services({}, { label: `${NAME}2` }), near: services({}) },
  twins: {
    mac: {
      ...agents(agent(), agent({ label: `${NAME}2`, file: `${NAME}2.plist` })),
      ...services({}, { label: `${NAME}2` }),
    },
    near: agents(agent(), agent({ label: `${NAME}2`, watched: [named('folder', '/other')] })),
  },
  shadowed: {
    mac: {
      ...agents(agent(), agent({ file: '/Library/LaunchAgents/x.plist' })),
      ...services({ file: `${FILE}.plist` }),
    },
    near: agents(agent(), agent({ file: '/Library/LaunchAgents/x.plist', label: `${NAME}2` })),
  },
  'not-enabled': { source: home('', 'executable = true;'), near: ['{  config', '{ enable = true; config'] },
  'declared-disabled': {
    source: declared(
      `Disabled = true; ProgramArguments = [ "/bin/hsdoctor" "immich" "upload" "/photos" ]; ${WATCHES}`,
    ),
    near: ['Disabled = true', 'Disabled = false'],
  },
  'unexpanded-program': {
    source: declared(`ProgramArguments = [ "$HOME/bin/hsdoctor" "immich" "upload" "/photos" ]; ${WATCHES}`),
    near: ['$HOME', '/Users/kim'],
  },
  'unexpanded-folder': {
    source: declared(`${RUNS} WatchPaths = [ "~/photos" ];`),
    near: ['~/', '/Users/kim/'],
  },
  'no-such-program': {
    source: {
      ...declared(`ProgramArguments = [ "\${./lost-upload-immich.sh}" ]; ${WATCHES}`),
      'upload-immich.sh': 'exec hsdoctor immich upload /photos\n',
    },
    near: ['./lost-', './'],
  },
  'written-not-executable': {
    source: home('enable = true;', ''),
    near: ['upload-immich.sh;', 'upload-immich.sh; executable = true;'],
  },
  'nothing-starts': { source: declared(RUNS), near: ['"/photos" ];', `"/photos" ]; ${WATCHES}`] },
  'time-out': {
    source: declared(`${SCRIPT} ${WATCHES} TimeOut = 300;`),
    near: ['TimeOut', 'ExitTimeOut'],
  },
  'same-label': {
    source: two(
      `Label = "a"; ${RUNS} ${WATCHES}`,
      `Label = "a"; ProgramArguments = [ "/opt/hsdoctor" "immich" "upload" "/other" ]; WatchPaths = [ "/other" ];`,
    ),
    near: [
      'Label = "a"; ProgramArguments = [ "/opt/hsdoctor" "immich" "upload" "/other"',
      'Label = "b"; ProgramArguments = [ "/opt/hsdoctor" "immich" "upload" "/other"',
    ],
  },
  'declared-twins': {
    source: two(`Label = "a"; ${RUNS} ${WATCHES}`, `Label = "b"; ${RUNS} ${WATCHES} `),
    near: [`${WATCHES}  };`, 'WatchPaths = [ "/other" ]; };'],
  },
};
