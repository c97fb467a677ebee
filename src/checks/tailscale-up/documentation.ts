import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Tailscale is not connected (each state has its own fix), its daemon does not run or has no unit, it is not
installed although containers bind to its address, it has no address on an interface, has another address
than a container binds to, its key expires within a week, or it complains about its own connection.`,
  fix: `\`sudo tailscale up\`, and the login that it may ask for; \`sudo systemctl restart tailscaled.service\` where
only the address is missing; \`sudo nixos-rebuild switch\` where the unit of the daemon is.`,
  notReported: `The first two minutes after the boot, in which it is still starting: that is \`unknown\`.`,
};
