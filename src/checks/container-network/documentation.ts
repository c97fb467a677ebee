import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A port that a running container on a bridge network publishes is forwarded by no rule of the firewall (\`nft list
ruleset\`, \`iptables-save\`: both are looked at), so nothing outside reaches the container. Or a container, asked from its
own network, gets no right answer for its own name: the firewall of the host drops UDP 53 on the bridge, \`aardvark-dns\` is
not running, another program has its port, or it does not know the name. The question is one packet to the
name server of the network; nothing is run in a container.`,
  configuration: `With \`networking.nftables.enable\`, a container on a network of its own names another one there, and
nothing opens UDP 53 on the bridges of podman; or a container publishes UDP 53 on all addresses beside such networks.`,
  fix: `Run \`sudo podman network reload --all\`: it writes the rules again, and starts the name server. So that it lasts, let
the unit of the firewall do that after each start and reload, and open UDP 53 on the bridge
(\`networking.firewall.interfaces.<bridge>.allowedUDPPorts = [ 53 ]\`).`,
  unknownIf: `it is not root, or neither \`nft\` nor the tool that podman's network driver uses is installed.`,
  notReported: `Containers in the network of the host, of another container, without a network, or with pasta or
slirp4netns; rootless containers; ports that are forwarded by other rules than podman's; a firewall driver of firewalld or
none. A network without a name server (podman's default one).
In a configuration: the firewall made by iptables, in which podman opens the port itself; a port, an interface or rules of
one's own that may open it. A container that started in the last 15 seconds.`,
};
