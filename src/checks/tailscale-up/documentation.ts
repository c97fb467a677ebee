import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Tailscale is not connected (each state has its own fix), its daemon is not running or has no unit, it is not
installed although containers bind to its address, its address is on no interface, it has another address than a
container binds to, its key expires within a week or has expired, it has lost its coordination server (\`Online: false\`),
it reports a problem of its own connection, or Funnel exposes a service of this machine to the internet.`,
  fix: `Run \`sudo tailscale up\`, and log in if it asks; with \`--force-reauth\` if the key has expired;
\`sudo systemctl restart tailscaled.service\` if only the address is missing; \`sudo nixos-rebuild switch\` if the unit of
the daemon is missing. Funnel is off for a port as soon as \`tailscale serve\` serves it.`,
  unknownIf: `Tailscale is still starting, in the first two minutes after boot.`,
  notReported: `A key that never expires; what is served to the tailnet only; complaints about other machines, updates, and DNS
(see \`dns\`).`,
};
