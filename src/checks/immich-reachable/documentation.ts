import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Immich does not answer at the URL in the agent's own environment (\`IMMICH_INSTANCE_URL\`, with or without
\`/api\`): connection refused, the name cannot be resolved, no answer within five seconds, or another server
answers. The request is made without the key.`,
  configuration: `The agent's URL (from its environment, its script, or \`--url\`) is compared with what the machines in the same
folder publish: the ports of the \`immich-server\` container, or \`services.immich\`. These are reported: an address that only the server itself can reach (\`127.0.0.1\`), another address or port, no
published port, and a port of \`services.immich\` that the firewall opens for Tailscale only.`,
  fix: `Check the network of this Mac first (\`tailscale status\`), then the server: \`hsdoctor check --host SERVER --sudo\`.`,
  unknownIf: `an agent has no URL in its environment; in a configuration, if a reverse proxy or \`tailscale serve\` on the server may answer.`,
  notReported: `In a configuration: \`https\` URLs, and names that are not machines of the folder.`,
};
