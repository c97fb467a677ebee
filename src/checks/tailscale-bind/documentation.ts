import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_OF_A_SPECIALISATION } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `A container could not bind to its Tailscale address and is down. systemd tries five times within seconds and
then gives up, even with \`Restart=always\`.

A TCP port published on a Tailscale address has no listener. This is reported only if podman is seen to listen on the
published ports of other containers.`,
  configuration: `A port, a listen address or a socket is on a Tailscale address, and its unit does not wait for that address. If
\`tailscale-wait\` reports the same unit, it is shown below that finding.

On its own, this check reports what no wait can fix:

- \`services.tailscale.enable = false\`.
- \`interfaceName = "userspace-networking"\`: no interface has the address.
- A value that is not an address.

It reads these places:

- Ports and \`--publish\` of containers.
- Listen addresses of everything that is set below \`services\`, also \`listen\`, \`bind\` and \`default_bind\` in generated
  settings.
- \`systemd.sockets\`.
- \`--listen\` or \`--bind\` on a command line.
- \`podman run\` in the script of a unit.
- The command and environment of a container with host networking.

Quadlets, arion, \`docker compose\` and NixOS containers are not read; the result lists them.`,
  fix: `Run \`sudo systemctl restart podman-<name>.service\` once the address exists, and let the unit wait for it
(\`tailscale-wait\`).`,
  unknownIf: `a port has no listener, and podman is not seen to listen on any published port. In a configuration: if a quadlet,
arion, \`docker compose\` or a NixOS container has a Tailscale address in it; or if any other option has one (the result names
its file and line), unless the option or the text around it shows that nothing listens there: name servers, hosts, firewalls,
allowed addresses, URLs, targets of proxies and of scrapes.`,
  notReported: `A port that another program uses. An address outside of 100.64.0.0/10 and fd7a:115c:a1e0::/48, which is not a
Tailscale address. An earlier attempt, if the last one failed for another reason. Published UDP ports are not
checked, and the result says so.`,
  notJudged: NOT_OF_A_SPECIALISATION,
};
