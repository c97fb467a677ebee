import { ADDRESS, COMMANDS, FAILED, told, UNITS, unit } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const SERVER = 'podman-immich-server.service';
const publishing = (address: string) =>
  COMMANDS.replace(
    'immich-server.service\npodman run \n',
    `immich-server.service\npodman run \n -p ${address}:2283:2283\n`,
  );
const failing = {
  unitCommands: publishing(ADDRESS),
  units: UNITS.replace(unit('immich-server'), unit('immich-server', { ...FAILED, ExecMainStatus: 126 })),
};
const error = (address: string) =>
  told(SERVER, 'command', `Error: listen tcp4 ${address}:2283: bind: cannot assign requested address`);

const declaring = (service: string) => `{ pkgs, ... }: {
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.plex = { image = "plex:1"; ports = [ "100.64.0.1:80:80" ]; };
  ${service}
}
`;
const before = (command: string) =>
  declaring(`systemd.services.podman-plex.serviceConfig.ExecStartPre = "${command}";`);

export const cases: KindCases = {
  'no-wait': { host: { unitCommands: publishing(ADDRESS) }, near: { unitCommands: publishing('127.0.0.1') } },
  'started-too-early': {
    host: { ...failing, unitJournal: error(ADDRESS) },
    near: { unitJournal: '' },
  },
  'no-declared-wait': { source: declaring(''), near: ['100.64.0.1:80', '127.0.0.1:80'] },
  'not-a-wait': {
    source: declaring(
      'systemd.services.podman-plex = { after = [ "tailscaled.service" ]; wants = [ "tailscale-online.target" ]; };',
    ),
    near: ['tailscaled.service', 'tailscale-online.target'],
  },
  'wait-may-fail': {
    source: before(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: of Nix
      "/bin/sh -c 'until ${pkgs.tailscale}/bin/tailscale ip -4 | grep -q 100\\\\.64; do sleep 1; done'",
    ),
    near: ['100\\\\.64', '100[.]64'],
  },
};
