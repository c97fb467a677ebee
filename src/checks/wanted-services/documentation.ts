import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A service that a target of the running configuration starts is not running: it was stopped, was never started, keeps failing and
being restarted, has been starting for more than ten minutes, or systemd refuses its unit.`,
  fix: `\`systemctl status <unit>\` shows its last messages; \`sudo systemctl start <unit>\` starts it.`,
  notReported: `A service that is disabled or masked, that a condition keeps from starting, that a socket or timer starts, that does
something once, or that may have ended well by itself. Failed services, which \`failed-units\` reports, and containers, which
\`container-state\` checks.`,
};
