import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Immich does not answer at the URL in the agent's own environment (\`IMMICH_INSTANCE_URL\`, with or without
\`/api\`): nobody listens, the name is not known, no answer within five seconds, or something else answers.
It is asked without the key.`,
  configuration: `The agent's URL (of its environment, its script, or behind \`--url\`) against what the machines of the same
folder publish: the ports of the container of \`immich-server\`, or \`services.immich\`. A fault is an address
that only the server itself reaches (\`127.0.0.1\`), another address or port, no port at all, and a port of
\`services.immich\` that the firewall closes to all but Tailscale.`,
  fix: `The network of this Mac first (\`tailscale status\`), then the server: \`hsdoctor check --host <server>\`.`,
  notReported: `An agent whose environment names no URL, of which nothing can be said. In a configuration: \`https\`, and
names that are not those of a machine of the folder, are not compared; with a reverse proxy or \`tailscale
serve\` on the server it is \`unknown\` what answers.`,
};
