import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The clock of the host is wrong, or it is not synchronized:

- \`timedatectl show\` says \`NTPSynchronized=no\`, and chrony does not say otherwise (\`chronyc tracking\`), more than ten minutes after boot and after the start of the NTP service.
- It differs by more than 30 s from the clock of the machine that runs hsdoctor. This is only checked over SSH, and does not
  count the time that the connection took.
- The year is before 2024.`,
  fix: `Enable an NTP service (on NixOS \`services.timesyncd.enable = true;\`, which is the default), and allow
outgoing traffic to UDP port 123.`,
  unknownIf: `\`timedatectl\` does not answer; or openntpd, or chrony that does not answer, synchronizes the clock: they may not report to
the kernel whether that works.`,
  notReported: `These are not problems:

- A clock that is not synchronized in the first ten minutes.
- A container: it uses the clock of the machine that it runs on.

If the host's clock is synchronized and still differs, the clock of the machine that runs hsdoctor may be the wrong one. The finding is then a
warning, and says so.`,
};
