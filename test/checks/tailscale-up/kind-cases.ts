import { ABSENT, ADDRESS, COMMANDS, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const status = (over: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({ BackendState: 'Running', TUN: true, TailscaleIPs: [ADDRESS], Health: [], ...over });
const state = (BackendState: string) => ({
  host: { tailscale: status({ BackendState }) },
  near: { tailscale: status() },
});
const publishing = (address: string) =>
  COMMANDS.replace(
    'immich-server.service\npodman run \n',
    `immich-server.service\npodman run \n -p ${address}:2283:2283\n`,
  );
const expiring = (days: number) =>
  status({ Self: { KeyExpiry: new Date(NOW + days * 86_400_000).toISOString() } });
const serving = (AllowFunnel: Readonly<Record<string, boolean>>) =>
  JSON.stringify({
    TCP: { 443: { HTTPS: true } },
    Web: { 'minipc.example.ts.net:443': { Handlers: { '/': { Proxy: 'http://127.0.0.1:2283' } } } },
    AllowFunnel,
  });
const DOWN = "failed to connect to local tailscaled; it doesn't appear to be running";
const WITHOUT = 'nonlocal 0\n1: lo    inet 127.0.0.1/8 scope host lo\n';

export const cases: KindCases = {
  'not-installed': {
    host: { tailscale: ABSENT, addresses: WITHOUT, unitCommands: publishing(ADDRESS) },
    near: { unitCommands: publishing('127.0.0.1') },
  },
  'daemon-down': {
    host: { tailscale: { exitCode: 1, stderr: DOWN } },
    near: {
      tailscale: {
        exitCode: 1,
        stderr: 'failed to connect to local tailscaled (which appears to be running)',
      },
    },
  },
  'logged-out': state('NeedsLogin'),
  'needs-approval': state('NeedsMachineAuth'),
  stopped: state('Stopped'),
  starting: state('Starting'),
  'not-begun': state('NoState'),
  'other-user': state('InUseOtherUser'),
  'not-connected': state('SomethingNew'),
  userspace: { host: { tailscale: status({ TUN: false }) }, near: { tailscale: status() } },
  'no-address': {
    host: { addresses: WITHOUT },
    near: { addresses: `${WITHOUT}5: tailscale0    inet ${ADDRESS}/32 scope global tailscale0\n` },
  },
  'address-changed': {
    host: {
      addresses: `${WITHOUT}5: tailscale0    inet 100.64.0.7/32 x\n5: tailscale0    inet ${ADDRESS}/32 x\n`,
    },
    near: { tailscale: status({ TailscaleIPs: [ADDRESS, '100.64.0.7'] }) },
    options: { names: { containers: [], secrets: [], tailscaleAddress: '100.64.0.7' } },
  },
  'foreign-address': {
    host: { unitCommands: publishing('100.64.0.9') },
    near: { unitCommands: publishing(ADDRESS) },
  },
  'key-expired': { host: { tailscale: expiring(-1) }, near: { tailscale: expiring(1) } },
  'key-expires': { host: { tailscale: expiring(6) }, near: { tailscale: expiring(8) } },
  offline: {
    host: { tailscale: status({ Self: { TailscaleIPs: [ADDRESS], Online: false } }) },
    near: { tailscale: status({ Self: { TailscaleIPs: [ADDRESS], Online: true } }) },
  },
  funnel: {
    host: {
      tailscaleServe: serving({ 'minipc.example.ts.net:443': true }),
      unitCommands: publishing('127.0.0.1'),
    },
    near: { tailscaleServe: serving({}) },
  },
  complains: {
    host: { tailscale: status({ Health: ['Tailscale could not connect to the relay server.'] }) },
    near: { tailscale: status({ Health: ['Some peers are advertising routes'] }) },
  },
};
