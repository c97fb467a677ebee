import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The clock of the host is wrong, or nothing keeps it right:

- \`timedatectl show\` says \`NTPSynchronized=no\`, more than ten minutes after boot and after the start of the NTP service.
- It differs by more than 30 s from the clock of the machine that runs hsdoctor. Only checked over ssh; the time that the
  connection took does not count.
- The year is before 2024.`,
  fix: `Enable an NTP service (on NixOS \`services.timesyncd.enable = true;\`, which is the default), and let UDP port 123 out.`,
  unknownIf: `\`timedatectl\` does not answer, or openntpd keeps the clock: it does not tell the kernel whether it succeeds.`,
  notReported: `These are not problems:

- A clock that is not synchronized in the first ten minutes.
- A container: its clock is that of the host around it.

If the host's clock is synchronized and still differs, the clock of the machine that runs hsdoctor may be the wrong one: that
is a warning, which says so.`,
};
