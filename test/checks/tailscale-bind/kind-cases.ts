import { ADDRESS, COMMANDS, FAILED, type Given, told, UNITS, unit } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const SERVER = 'podman-immich-server.service';
const error = (address: string) =>
  `Error: cannot listen on the TCP port: listen tcp4 ${address}:2283: bind: cannot assign requested address`;
const server = (over: Readonly<Record<string, string | number>>) =>
  UNITS.replace(unit('immich-server'), unit('immich-server', over));
const down = (address: string): Given => ({
  units: server({ ...FAILED, ExecMainStatus: 126 }),
  unitJournal: told(SERVER, 'command', error(address)),
});
const TRYING = { ...FAILED, ExecMainStatus: 126, ActiveState: 'activating', SubState: 'auto-restart' };
const listening = (...addresses: string[]) =>
  addresses.map((address) => `LISTEN 0 4096 ${address} 0.0.0.0:* \n`).join('');
const publishing = COMMANDS.replace(
  'immich-server.service\npodman run \n',
  `immich-server.service\npodman run \n -p ${ADDRESS}:2283:2283\n -p 127.0.0.1:9090:9090\n`,
);

export const cases: KindCases = {
  'not-listening': {
    host: { unitCommands: publishing, listeners: listening('127.0.0.1:9090') },
    near: { listeners: listening('127.0.0.1:9090', `${ADDRESS}:2283`) },
  },
  'address-there-now': {
    host: down(ADDRESS),
    near: { unitJournal: told(SERVER, 'command', error('192.168.1.2')) },
  },
  'tries-again': {
    host: { ...down(ADDRESS), units: server({ ...TRYING, RestartUSec: '5s' }) },
    near: { units: server({ ...TRYING, RestartUSec: '100ms' }) },
  },
  'port-taken': {
    host: { ...down(ADDRESS), listeners: listening('0.0.0.0:2283') },
    near: { listeners: listening('127.0.0.1:2283') },
  },
  'address-missing': {
    host: down('100.64.0.9'),
    near: { unitJournal: told(SERVER, 'command', error(ADDRESS)) },
  },
  'starts-too-early': {
    source:
      '{ services.tailscale.enable = true; virtualisation.oci-containers.containers.plex = { image = "plex:1"; ports = [ "100.64.0.1:80:80" ]; }; }',
    near: ['100.64.0.1:80', '127.0.0.1:80'],
  },
  'cannot-bind': {
    source:
      '{ services.tailscale.enable = false; virtualisation.oci-containers.containers.plex = { image = "plex:1"; ports = [ "100.64.0.1:80:80" ]; }; }',
    near: ['enable = false', 'enable = true'],
  },
};
