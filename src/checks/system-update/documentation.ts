import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The running system is not what the last rebuild made, or an upgrade failed:

- \`nixos-upgrade.service\` failed.
- \`/run/current-system\` is not the generation that the next boot starts, or is in no generation at all.
- Part of the last activation failed (\`Activation script snippet '...' failed\`), or the last switch by \`nixos-rebuild\` did
  (its exit status is in the journal since systemd runs it).
- Another kernel than the one that runs has been installed for more than 30 days.`,
  configuration: `\`system.autoUpgrade.allowReboot\` without a \`rebootWindow\`: the host may reboot at any time of the day.`,
  fix: `\`sudo nixos-rebuild switch\` shows why a rebuild fails; \`sudo reboot\` starts the generation that is waiting.`,
  unknownIf: `the journal could not be read.`,
  notReported: `These are not problems, or belong to another check:

- A generation that is less than ten minutes old: its switch may still run.
- A specialisation, or a system of another profile (\`nixos-rebuild --profile-name\`).
- A rollback by \`nixos-rebuild switch --rollback\`: the profile says so, too.
- A newer kernel that waits for the next reboot. The result says so, and it becomes a warning after 30 days.
- An error of an activation before the running generation was made.
- A full \`/boot\` (\`storage\`) and secrets that could not be decrypted (\`agenix-secrets\`).`,
};
