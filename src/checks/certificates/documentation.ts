import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `hsdoctor reads the certificates in \`/var/lib/acme\`, those that the configuration of a running nginx names, and those of a
running Caddy. Of each file only the certificate itself is read, and only its dates leave the host; keys are not opened.

These are reported:

- A certificate has expired.
- It expires in less than 14 days (or in less than a sixth of its lifetime), and was not renewed.
- NixOS still uses the self-signed placeholder, because no certificate was issued.`,
  fix: 'Read the journal of the unit that renews it, fix the cause (DNS, port 80, a limit), and start the unit once.',
  notReported: `These are not problems:

- A failed renewal of a certificate that is valid for weeks: its failed unit is reported by \`failed-units\`.
- Certificates of Tailscale, which are renewed when they are used.
- Short-lived certificates (a few days) that are renewed late.
- Certificates of domains that are no longer configured.`,
  unknownIf: 'a file could not be read, or its dates could not be parsed.',
};
