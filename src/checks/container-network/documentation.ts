import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_JUDGED_ELSEWHERE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `These are reported for running containers:

- No firewall rule forwards a port that a container on a bridge network publishes, so nothing outside can reach the
  container. hsdoctor reads \`nft list ruleset\` and \`iptables-save\`.
- The name server of a container network does not resolve the name of a container on it: the firewall of the host
  blocks UDP port 53 on the bridge, \`aardvark-dns\` is not running, another program uses its port, or it has no
  entry for the name.

hsdoctor asks the name server with one packet, from the network of the container. It runs nothing in a container.`,
  configuration: `One of these is the case:

- With \`networking.nftables.enable\`, a container reaches another one by name on a network that is not podman's default one,
  and nothing opens UDP port 53 on podman's bridges.
- A container publishes UDP port 53 on all addresses, and other containers use such a network.`,
  fix: `Run \`sudo podman network reload --all\`: it writes the rules again and starts the name server. To make it last, let the
unit of the firewall run this command after each start and reload. If the firewall blocks the name server, open UDP port 53 on
the bridge (\`networking.firewall.interfaces.<bridge>.allowedUDPPorts = [ 53 ]\`).`,
  unknownIf: `hsdoctor does not run as root, or neither \`nft\` nor the tool that podman's network driver uses is installed.`,
  notReported: `These are not checked:

- Containers that use the network of the host or of another container, have no network, or use pasta or slirp4netns.
- Rootless containers.
- Ports forwarded by rules other than podman's, and podman's firewall drivers \`firewalld\` and \`none\`.
- podman's default network, which has no name server.
- A container that started in the last 15 seconds.
- In a configuration: a firewall that uses iptables, in which podman opens the port itself; and ports, interfaces or rules
  in the configuration that may open it.`,
  notJudged: NOT_JUDGED_ELSEWHERE,
};
