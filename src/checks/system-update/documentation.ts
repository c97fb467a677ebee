import type { CheckDocumentation } from '../../model/check.ts';
import { ONLY_OF_THE_MACHINE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `The running system is not the one that the last rebuild made, or an upgrade failed:

- \`nixos-upgrade.service\` failed.
- \`/run/current-system\` is not the generation that the next boot starts, or is in no generation at all.
- Part of the last activation failed (\`Activation script snippet '...' failed\`), or the last switch by
  \`nixos-rebuild\` failed (only newer versions of NixOS log its exit status).
- A kernel other than the running one has been installed for more than 30 days.`,
  configuration: `\`system.autoUpgrade.allowReboot\` without a \`rebootWindow\`: the host may reboot at any time of the day.`,
  fix: `\`sudo nixos-rebuild switch\` shows why a rebuild fails; after a rebuild for the next boot, \`sudo reboot\` starts
the new generation.`,
  unknownIf: `the journal could not be read.`,
  notReported: `These are not problems, or belong to another check:

- A generation that is less than ten minutes old: its switch may still be running.
- A specialisation, or a system of another profile (\`nixos-rebuild --profile-name\`).
- A rollback by \`nixos-rebuild switch --rollback\`: the next boot then starts the same generation.
- A newer kernel that needs a reboot: the result says so, and after 30 days it is a warning.
- An activation error from before the running generation was made.
- A full \`/boot\` (\`storage\`) and secrets that could not be decrypted (\`agenix-secrets\`).`,
  notJudged: ONLY_OF_THE_MACHINE,
};
