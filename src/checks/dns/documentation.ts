import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `hsdoctor looks up at most two names that the host itself uses: the registry of its container images (\`ghcr.io\`,
\`registry-1.docker.io\`) and its Nix cache. It looks them up as programs do (\`getent ahosts\`), and asks each name server in
\`/etc/resolv.conf\`. It also asks the name servers of the running containers, from the containers' networks. These are reported:

- No name resolves, or one of the two does not.
- \`/etc/resolv.conf\` names only Tailscale (\`100.100.100.100\`), and Tailscale has no other name server to ask.
- Tailscale and another program both write \`/etc/resolv.conf\`.
- \`/etc/resolv.conf\` names no name server, or an address of this host on which no name server runs.
- One of its name servers does not answer.
- A container cannot resolve a name that the host can resolve.`,
  fix: `Give Tailscale global name servers in its admin console, or set \`services.resolved.enable = true\`, so that
Tailscale, DHCP and NetworkManager no longer overwrite each other's settings. Restart a container that still has old name servers.`,
  unknownIf: `hsdoctor does not run as root (for the containers), or \`getent\`, \`ip\` or \`bash\` is missing.`,
  notReported: `These are not problems, or are not checked:

- A host without a route to the internet: hsdoctor then looks up no name.
- Tailscale's DNS warnings while names resolve: one failed lookup is enough to cause one.
- The first two minutes after boot.
- A name server that refuses a name while another one answers.`,
};
