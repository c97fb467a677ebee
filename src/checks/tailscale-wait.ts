import { quote } from '../text/shell.ts';
import { defineCheck } from './define.ts';
import { firstWith } from './shared/lookup.ts';
import { restartCommand } from './shared/restart.ts';
import { lastError } from './shared/runs.ts';
import { BIND_ERROR, keepsTrying, tailnetAddresses, unreadPorts } from './shared/tailnet.ts';
import { source } from './tailscale-wait/source.ts';

export const tailscaleWait = defineCheck({
  id: 'tailscale-wait',
  title: 'What binds to the Tailscale address waits for it',
  why: 'tailscaled says that it is ready before its address can be used: ordering after tailscaled.service alone is not enough.',
  tags: ['tailscale', 'boot'],
  host: {
    needs: ['units', 'unitCommands', 'addresses'],
    wants: ['unitJournal'],
    evaluate({ units, unitCommands, addresses, unitJournal }, { windowStart, configuration }) {
      const binding = units.flatMap((unit) => {
        const commands = firstWith(unitCommands, 'unit', unit.id);
        return commands === undefined || tailnetAddresses(commands).length === 0 ? [] : [{ unit, commands }];
      });
      const unseen = unreadPorts(unitCommands);
      if (binding.length === 0 && unseen.length === 0)
        return { skip: 'no container publishes a port on a Tailscale address' };
      const findings = binding.flatMap(({ unit, commands }) => {
        const waits =
          commands.waitsForTailscale ||
          unit.waitsFor.length > 0 ||
          keepsTrying(unit) ||
          addresses.nonlocalBind;
        if (waits) return [];
        const bitten =
          unit.activeState === 'active' ? undefined : lastError(unit, unitJournal, windowStart, BIND_ERROR);
        const address = tailnetAddresses(commands)[0];
        const module = `tailscale-wait-${unit.container}.nix`;
        const main = quote(`${configuration}/configuration.nix`);
        // systemd reads `$$` as `$`, and would expand a single one itself.
        const wait = `/bin/sh -c 'PATH=$$PATH:/run/current-system/sw/bin; i=0; until tailscale ip ${address?.includes(':') ? '-6' : '-4'} | grep -qxF ${address}; do i=$$((i+1)); [ $$i -lt 60 ] || exit 1; sleep 1; done'`;
        const nix = `{ ... }: { systemd.services."${unit.id.replace(/\.service$/, '')}".serviceConfig.ExecStartPre = [ "${wait}" ]; }`;
        return [
          {
            status: bitten === undefined ? ('warn' as const) : ('fail' as const),
            title: `${unit.container} does not wait for the Tailscale address ${address}`,
            summary:
              bitten === undefined
                ? 'At a boot where Tailscale is slower than the container, it cannot bind and gives up.'
                : 'It started before the address was there, failed to bind, and gave up.',
            subject: unit.id,
            evidence: [
              {
                source: `systemctl show ${unit.id}`,
                observed: `publishes ${commands.publishes.join(', ')}; no ExecStartPre asks tailscale; restarts after ${unit.restartDelay} ms`,
                expected: 'a wait before the start',
              },
              ...(bitten === undefined
                ? []
                : [{ source: `journalctl --unit=${unit.id}`, observed: bitten.text, at: bitten.at }]),
            ],
            explainedBy: [{ check: 'tailscale-up' }],
            fix: {
              summary:
                'Let the unit wait up to 60 seconds for the address (in a flake: write the module where your own modules are, and import it there).',
              commands: [
                `printf '%s\\n' ${quote(nix)} | sudo tee ${quote(`${configuration}/${module}`)}`,
                // The list may begin on a line of its own, as nixos-generate-config writes it.
                `sudo sed -i -z 's|imports[[:space:]]*=[[:space:]]*\\[|& ./${module}|' ${main} && grep -nF ./${module} ${main}`,
                'sudo nixos-rebuild switch',
                restartCommand([unit.id]),
              ],
              docs: 'docs/checks.md#tailscale-wait',
            },
          },
        ];
      });
      return { findings, unseen };
    },
  },
  source,
});
