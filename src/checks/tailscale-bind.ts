import { quote } from '../text/shell.ts';
import { defineCheck } from './define.ts';
import { lastMessage } from './shared/runs.ts';
import { BIND_ERROR, isTailnetAddress } from './shared/tailnet.ts';

export const tailscaleBind = defineCheck({
  id: 'tailscale-bind',
  title: 'Every service could bind to its Tailscale address',
  why: 'A service that starts before Tailscale has its address fails five times within seconds, and then stays down for ever.',
  tags: ['tailscale', 'network', 'boot'],
  needs: ['units', 'unitJournal', 'addresses'],
  evaluate({ units, unitJournal, addresses }, { windowStart }) {
    const findings = units.flatMap((unit) => {
      const message =
        unit.activeState === 'active' ? undefined : lastMessage(unit, unitJournal, windowStart, BIND_ERROR);
      const [, address = '', port] = BIND_ERROR.exec(message?.text ?? '') ?? [];
      if (message === undefined || !isTailnetAddress(address)) return [];
      const here = addresses.assigned.some((assigned) => assigned.address === address);
      return [
        {
          status: 'fail' as const,
          title: `${unit.container} could not bind to ${address}:${port} and is down`,
          summary: here
            ? 'The address was not there when it started. It is there now: a restart brings it up.'
            : 'The address is not on this machine now either.',
          subject: unit.id,
          evidence: [
            { source: `journalctl --unit=${unit.id}`, observed: message.text, at: message.at },
            { source: 'ip address', observed: `${address} is ${here ? 'there now' : 'on no interface'}` },
          ],
          explainedBy: [{ check: 'tailscale-up' }, { check: 'tailscale-wait', subject: unit.id }],
          fix: {
            summary: 'Start it again.',
            commands: [`sudo systemctl restart ${quote(unit.id)}`],
            docs: 'docs/checks.md#tailscale-bind',
          },
        },
      ];
    });
    return { findings };
  },
});
