import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Any failed unit that is not a container: a mount, a backup, a network.`,
  fix: `\`systemctl status <unit>\` shows the reason; once it is fixed, \`sudo systemctl reset-failed <unit>\` clears the
failure, and \`sudo systemctl start <unit>\` runs it again. hsdoctor does not propose a restart as a command,
because some units should run only at a certain time.`,
  notReported: `Podman's own health-check units, the scopes of killed containers, and container units, which
\`container-state\` checks.`,
};
