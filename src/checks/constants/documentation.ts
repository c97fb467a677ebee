import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Only in a configuration: the Tailscale address that it uses for a host, and the constants that hold it. These are reported:

- A value named like a Tailscale address (\`minipcTailscaleIP\`, \`tailscale.minipc\`) is outside of 100.64.0.0/10, or is not an
  address.
- A constant that a container or a unit uses does not exist, and one with nearly the same name does.
- One host listens on, or waits for, two different Tailscale addresses, although it has only one.

The right address is \`tailscale-address\` below \`[names]\` in the settings; without that, the value named after the host;
without that, the one that most lines use.`,
  fix: `Write the address once, as a constant, and use the constant everywhere; \`tailscale ip -4\` shows the address.`,
  notReported: `Addresses of other machines, in a URL, an allow list or a hosts file; an IPv6 address beside the IPv4
address; a tailnet of your own Headscale, which may use another range; values in a file that
no machine imports.`,
};
