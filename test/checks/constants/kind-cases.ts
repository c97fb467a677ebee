import type { KindCases } from '../kind-cases.ts';

const named = (address: string) =>
  `let minipcTailscaleIP = "${address}"; in { services.sshd.listenAddresses = [ { addr = minipcTailscaleIP; } ]; }`;
const container = (name: string, address: string) =>
  `virtualisation.oci-containers.containers.${name} = { image = "x:1"; ports = [ "${address}:80:80" ]; };`;

export const cases: KindCases = {
  'outside-the-tailnet': { source: named('100.128.0.1'), near: ['100.128', '100.127'] },
  'not-an-address': { source: named('100.101.102.300'), near: ['.300', '.30'] },
  'misspelled-constant': {
    source: `let constants = { paths.dockerData = "/srv"; }; in {
      virtualisation.oci-containers.containers.a = { image = "x:1"; volumes = [ "\${constants.path.dockerData}/a:/data" ]; };
    }`,
    near: ['constants.path.', 'constants.paths.'],
  },
  'not-this-hosts': {
    source: `{ ${container('a', '100.101.102.103')} ${container('b', '100.101.102.103')} ${container('c', '100.101.102.104')} }`,
    near: ['100.101.102.104', '100.101.102.103'],
  },
};
