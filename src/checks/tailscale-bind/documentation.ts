import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A container could not bind to its Tailscale address and is down. systemd tries five times within seconds and
then gives up, even with \`Restart=always\`. Also a TCP port published on a Tailscale address that nothing
listens on, if podman is seen to listen on the published ports of other containers. Without such
proof, a silent port is \`unknown\`.`,
  configuration: `A port, a listen address or a socket on a Tailscale address, in a unit that does not wait for it. If
\`tailscale-wait\` reports the same unit, it is shown below that finding. On its own, this check reports what
no wait can fix: \`services.tailscale.enable = false\`, \`interfaceName = "userspace-networking"\` (no interface has
the address), and values that are not addresses. It reads ports and \`--publish\` of containers, listen addresses
of everything that is set below \`services\` (also \`listen\`, \`bind\` and \`default_bind\` in generated settings),
\`systemd.sockets\`, \`--listen\` or \`--bind\` on a command line,
\`podman run\` in the script of a unit, and the command and environment of a container with host networking.
Quadlets, arion, \`docker compose\` and NixOS containers are not read: one with a Tailscale address in it is
\`unknown\`, and the others are listed in the result.`,
  fix: `Run \`sudo systemctl restart podman-<name>.service\` once the address exists, and let the unit wait for it
(\`tailscale-wait\`).`,
  notReported: `A port that another program uses; an address outside of 100.64.0.0/10 and fd7a:115c:a1e0::/48, which is not a
Tailscale address; an earlier attempt, if the last one failed for another reason. Published UDP ports are not
checked, and the result says so.`,
};
