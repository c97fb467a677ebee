import type { SourceContext } from '../../../src/checks/define.ts';
import { source } from '../../../src/engine/results/visibility/source.ts';
import type { Evaluation } from '../../../src/nix/nix-eval/evaluation.ts';
import { DENIED, KERNEL, NOW, stamp } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const system = (uid: number) =>
  `os=Linux\nhostname=minipc\nkernel=6.12\nuid=${uid}\nuser=me\nnow=${NOW / 1000}\nUserspaceTimestamp=${stamp(NOW - 86_400_000)}\n`;
const LATE = `${(NOW - 60_000) / 1000}.000000 minipc kernel: x\n`;

const CONTEXT: SourceContext = {
  host: 'minipc',
  folder: '.',
  root: '/etc/nixos',
  system: 'nixos',
  names: { containers: [], secrets: [] },
};

/** What nix itself said of a machine. */
const evaluated = (said: Partial<Evaluation>) => () => {
  const evaluation: Evaluation = {
    differences: [],
    entry: { kind: 'flake', output: 'nixosConfigurations', name: 'minipc' },
    ...said,
  };
  const told = source.evaluate(
    { gaps: { unread: [], modules: [], systems: [], files: 1 }, evaluation },
    CONTEXT,
  );
  return 'skip' in told ? [] : told.findings.map((found) => ({ ...found, kind: `visibility/${found.kind}` }));
};

/** A machine with a module of an input. */
const flakeWith = (url: string) => ({
  'flake.nix': `{
    inputs.more.url = "${url}";
    outputs = { nixpkgs, more, ... }: {
      nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ { } more.nixosModules.default ]; };
    };
  }`,
});

export const cases: KindCases = {
  'not-the-server': {
    host: { units: { outcome: 'not-applicable', reason: 'no systemd here' } },
    near: { units: 'Version=252\n' },
  },
  'needs-root': { host: { system: system(1000), containers: DENIED }, near: { system: system(0) } },
  unread: {
    host: { containers: { outcome: 'timeout', reason: 'timed out after 10 s' } },
    near: { containers: { outcome: 'not-installed', reason: 'there is no podman' } },
  },
  'journal-too-short': { host: { journal: LATE }, near: { journal: KERNEL } },
  'not-read': {
    source: { 'configuration.nix': '{ imports = [ ./lost.nix ]; }', 'found.nix': '{ }' },
    near: ['lost', 'found'],
  },
  'modules-not-read': {
    source: flakeWith('github:somebody/private-services'),
    near: ['somebody/private-services', 'nix-community/home-manager'],
  },
  'systems-not-read': {
    source: { 'configuration.nix': '{ containers.web = { autoStart = true; flake = "github:me/web"; }; }' },
    near: ['flake = "github:me/web"', 'config = { }'],
  },
  'not-evaluated': { found: evaluated({ failure: 'attribute missing' }), near: evaluated({}) },
  'read-otherwise': {
    found: evaluated({ differences: [{ path: ['a'], at: undefined, ours: '1', theirs: '2' }] }),
    near: evaluated({}),
  },
};
