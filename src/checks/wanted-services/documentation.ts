import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A service that a target of the running configuration starts is not running: it was stopped, was never started, keeps failing and
being restarted, has been starting for more than ten minutes, or systemd refuses its unit.`,
  fix: `\`systemctl status <unit>\` shows its last messages; \`sudo systemctl start <unit>\` starts it.`,
  notReported: `These are not problems, or belong to another check:

- A service that is disabled or masked, or that a condition prevents from starting.
- A service that a socket or timer starts, that runs once and exits, or that may have exited successfully by itself.
- Failed services (\`failed-units\`) and containers (\`container-state\`).`,
};
