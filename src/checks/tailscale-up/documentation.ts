import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Tailscale is not connected (each state has its own fix), its daemon is not running or has no unit, it is not
installed although containers bind to its address, its address is on no interface, it has another address than a
container binds to, its key expires within a week, or it reports a connection problem.`,
  fix: `Run \`sudo tailscale up\`, and log in if it asks; \`sudo systemctl restart tailscaled.service\` if only the address
is missing; \`sudo nixos-rebuild switch\` if the unit of the daemon is missing.`,
  unknownIf: `Tailscale is still starting, in the first two minutes after boot.`,
  notReported: `A Tailscale that is still starting, in the first two minutes after boot.`,
};
