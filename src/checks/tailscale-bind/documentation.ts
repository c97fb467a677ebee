import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A container could not bind to its Tailscale address and is down. systemd tries five times within seconds
and then never again, in spite of \`Restart=always\`. Also a published TCP port on a Tailscale address on
which nothing listens, where the open ports of other containers show that podman opens the ports that it
publishes; without one that shows it, a silent port is not called ok.`,
  configuration: `A port, a listen address or a socket on an address of the tailnet, in a unit that does not wait: what
follows from \`tailscale-wait\`, told once below it, at the line that binds. On its own it tells what no
wait can fix: \`services.tailscale.enable = false\`, \`interfaceName = "userspace-networking"\`, with which no
interface has the address, and what is no address at all. Ports and \`--publish\` of containers are read,
listen addresses of all that the configuration sets below \`services\` (also \`listen\`, \`bind\` and
\`default_bind\` in the settings that it writes), \`systemd.sockets\`, and \`--listen\` or \`--bind\` on a command
line.`,
  fix: `\`sudo systemctl restart podman-<name>.service\` once the address is there, and let the unit wait for it
(\`tailscale-wait\`).`,
  notReported: `A port that another program has taken; an address outside 100.64.0.0/10 and fd7a:115c:a1e0::/48, which is
not of a tailnet; whether anything listens on a published port of UDP, which is said; an earlier try, when the last one failed for another reason.`,
};
