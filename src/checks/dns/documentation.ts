import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `At most two names are asked for, which the host itself uses: the registry of its container images (\`ghcr.io\`,
\`registry-1.docker.io\`) and its Nix cache. They are asked for as programs do (\`getent ahosts\`), of each name server in
\`/etc/resolv.conf\`, and, from the networks of the running containers, of the name servers that the containers have. No
name resolves; \`/etc/resolv.conf\` names only Tailscale (\`100.100.100.100\`), and that has no upstream; Tailscale and
another program both write it; it names no server, or one that nobody runs; one of its servers does not answer; or a
container cannot resolve what the host can.`,
  fix: `Give Tailscale global name servers in its admin console, or set \`services.resolved.enable = true\`, so that
Tailscale, DHCP and NetworkManager no longer write over each other. Restart a container whose name servers are old.`,
  unknownIf: `it is not root (the containers), or \`getent\`, \`ip\` or \`bash\` is missing.`,
  notReported: `A host without a route to the internet: no name is asked for then. What Tailscale says of DNS as long as names
resolve: after one failed question it always says so. The first two minutes after boot. A name server that refuses a
name while another one answers.`,
};
