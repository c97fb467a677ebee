import { container } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const RULES =
  'nft read\nbase inet/netavark PREROUTING\nrule inet/netavark PREROUTING fib daddr type local jump NETAVARK-HOSTPORT-DNAT\n' +
  'rule inet/netavark NETAVARK-HOSTPORT-DNAT ip daddr 127.0.0.1 tcp dport 2283 jump nv_dnat\n' +
  'rule inet/netavark nv_dnat ip daddr 127.0.0.1 tcp dport 2283 dnat ip to 10.89.0.2:2283\n' +
  'iptables-save read\nip6tables-save read\ndriver nftables\n';
const FLUSHED = 'nft read\niptables-save read\nip6tables-save read\ndriver nftables\n';

const server = container('immich-server', {
  networkMode: 'bridge',
  networks: [{ name: 'immich', address: '10.89.0.2', gateway: '10.89.0.1' }],
  ports: { '2283/tcp': [{ HostIp: '127.0.0.1', HostPort: '2283' }] },
});
const addresses = `nonlocal 0\n1: lo    inet 127.0.0.1/8 scope host lo\n7: podman1    inet 10.89.0.1/24 x\n`;
const base = { containers: server, portForwarding: RULES, addresses };
const asked = (answer: string, ...listeners: string[]) =>
  `aardvark immich 10.89.0.1\nservers immich-server 10.89.0.1\nown immich-server 10.89.0.1 immich-server ${answer}\n${listeners.map((each) => `listener ${each}\n`).join('')}`;
const AARDVARK = '10.89.0.1:53 0 aardvark-dns';
const WELL = { containerLookups: asked('code 0 1', AARDVARK) };

export const cases: KindCases = {
  'rules-gone': { host: { ...base, portForwarding: FLUSHED }, near: { portForwarding: RULES } },
  'dns-blocked': { host: { ...base, containerLookups: asked('silent', AARDVARK) }, near: WELL },
  'dns-down': {
    host: { ...base, containerLookups: asked('closed') },
    near: { containerLookups: asked('silent', AARDVARK) },
  },
  'dns-port-taken': {
    host: { ...base, containerLookups: asked('silent', '0.0.0.0:53 0 AdGuardHome') },
    near: { containerLookups: asked('silent', '127.0.0.53:53 0 systemd-resolve') },
  },
  'dns-not-opened': {
    source: `{
  networking.nftables.enable = true;
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2";
      environment.DB_HOSTNAME = "immich-postgres";
      extraOptions = [ "--network=immich" ];
    };
    immich-postgres = { image = "ghcr.io/immich-app/postgres:14"; networks = [ "immich" ]; };
  };
}`,
    near: ['nftables.enable = true;', 'nftables.enable = false;'],
  },
  'dns-port-published': {
    source: `{
  virtualisation.oci-containers.containers = {
    adguard = { image = "docker.io/adguard/adguardhome:v0.107.0"; ports = [ "53:53/udp" ]; };
    immich-redis = { image = "docker.io/valkey/valkey:8"; networks = [ "immich" ]; };
  };
}`,
    near: ['"53:53/udp"', '"192.168.1.5:53:53/udp"'],
  },
  'name-unknown': {
    host: { ...base, containerLookups: asked('code 3 0', AARDVARK) },
    near: WELL,
  },
};
