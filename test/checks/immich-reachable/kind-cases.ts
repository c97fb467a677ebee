import type { KindCases } from '../kind-cases.ts';
import { ping } from '../sick-macs.ts';

/** A Mac that asks the server of the same folder. */
const asking = (url: string, server: string) => ({
  'flake.nix': `{ outputs = { nixpkgs, darwin, ... }: {
  nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ { virtualisation.oci-containers.backend = "podman"; ${server} } ]; };
  darwinConfigurations.mac = darwin.lib.darwinSystem { modules = [ {
    launchd.user.agents.upload-immich.serviceConfig = {
      ProgramArguments = [ "/opt/hsdoctor" "immich" "upload" "/photos" ];
      WatchPaths = [ "/photos" ];
      EnvironmentVariables.IMMICH_INSTANCE_URL = "${url}";
    };
  } ]; };
}; }`,
});
const publishing = (ports: string) =>
  `virtualisation.oci-containers.containers.immich = { image = "ghcr.io/immich-app/immich-server:v2.1.0"; ${ports} };`;
const URL = 'http://10.0.0.2:2283';

export const cases: KindCases = {
  unreachable: { mac: ping({ exitCode: 7 }), near: ping({}) },
  'server-down': {
    mac: ping({ httpStatus: 502, pong: false }),
    near: ping({ httpStatus: 404, pong: false }),
  },
  'something-else': { mac: ping({ pong: false }), near: ping({}) },
  'malformed-url': { source: asking('10.0.0.2:2283', publishing('')), near: ['"10.0', '"http://10.0'] },
  'port-not-published': {
    source: asking(URL, publishing('ports = [ ];')),
    near: ['ports = [ ]', 'ports = [ "10.0.0.2:2283:2283" ]'],
  },
  'loopback-only': {
    source: asking(URL, publishing('ports = [ "127.0.0.1:2283:2283" ];')),
    near: ['127.0.0.1:', '10.0.0.2:'],
  },
  'other-port': {
    source: asking(URL, publishing('ports = [ "2284:2283" ];')),
    near: ['2284:', '2283:'],
  },
  'other-address': {
    source: asking(URL, publishing('ports = [ "10.0.0.3:2283:2283" ];')),
    near: ['10.0.0.3', '10.0.0.2'],
  },
  firewall: {
    source: asking(
      'http://10.0.0.2:3000',
      'services.immich = { enable = true; host = "0.0.0.0"; port = 3000; openFirewall = false; }; networking.hostName = "minipc";',
    ),
    near: ['openFirewall = false', 'openFirewall = true'],
  },
};
