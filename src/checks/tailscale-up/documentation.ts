import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `One of these is the case:

- Tailscale is not connected (each state has its own fix), its daemon is not running or has no unit, or it is not installed
  although containers bind to its address.
- No interface has its address, or a container binds to another Tailscale address than this machine has.
- Its key has expired, or expires within a week.
- It has no connection to its coordination server (\`Online: false\`), or reports another problem of its connection.
- Funnel exposes a service of this machine to the internet.`,
  fix: `Run \`sudo tailscale up\`, and log in if it asks; with \`--force-reauth\` if the key has expired;
\`sudo systemctl restart tailscaled.service\` if only the address is missing; \`sudo nixos-rebuild switch\` if the unit of
the daemon is missing. To turn off Funnel for a port, serve the same target again with \`tailscale serve --bg\`.`,
  unknownIf: `Tailscale is still starting, in the first two minutes after boot.`,
  notReported: `A key that never expires; services that are offered to the tailnet only; health messages about other machines, updates and DNS (see
\`dns\`).`,
};
