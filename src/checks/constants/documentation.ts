import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Only in a configuration: the Tailscale address that it uses for a host. A value that is called one
(\`minipcTailscaleIP\`, \`tailscale.minipc\`) and lies outside of 100.64.0.0/10, or is no address; two
addresses of the tailnet on which one host listens, or for which it waits, of which one must be wrong.
Which is right: \`tailscale-address\` below \`[names]\` in the settings; else the value that is called after
the host; else what most lines have.`,
  fix: `Write the address once, as a constant, and use that everywhere; \`tailscale ip -4\` says which it is.`,
  notReported: `Addresses of other machines, in a URL, an allow list or a hosts file; an address of IPv6 beside the one of
IPv4; a tailnet of your own Headscale, which may have another range; values of a file that nothing
imports.`,
};
