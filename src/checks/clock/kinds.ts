import type { TimeService } from '../../facts/host/clock.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { unitName } from '../../remedy/words.ts';
import { elapsed } from '../../text/amount.ts';
import { defineKind } from '../define.ts';

/** The service that should keep the clock right; undefined where there is none. */
interface Kept {
  readonly service: TimeService | undefined;
  readonly nixos: boolean;
}

export const wrongYear = defineKind<Kept & { readonly year: number }>({
  id: 'wrong-year',
  name: 'The clock shows a year in the past',
  meaning: 'Certificates are not valid in that year: pulls, logins and Tailscale fail.',
  status: 'fail',
  title: ({ year }) => `The clock of the host is wrong: it shows the year ${year}`,
  remedy: (about) => ({ lasting: synchronize(about) }),
});

export const differs = defineKind<Kept & { readonly ms: number; readonly isSynchronized: boolean }>({
  id: 'differs',
  name: 'The clock differs from the clock of the machine that runs hsdoctor',
  meaning: 'One of the two clocks is wrong. With a wrong clock, certificates and logins are refused.',
  status: 'fail',
  title: ({ ms }) =>
    `The clock of the host is ${elapsed(Math.abs(ms))} ${ms > 0 ? 'ahead of' : 'behind'} the clock of this machine`,
  summary: ({ isSynchronized }) =>
    isSynchronized
      ? 'Either the clock of the host is wrong, although NTP synchronizes it, or the clock of the machine that runs hsdoctor.'
      : 'The clock of the host is not synchronized. With a wrong clock, certificates and logins are refused.',
  remedy: ({ isSynchronized, ...about }) => ({
    lasting: isSynchronized
      ? [
          run(['timedatectl', 'status'], {
            why: 'Show the time on the host, and compare it with a third clock.',
          }),
          byHand(
            'If the third clock agrees with the host, turn on automatic time on the machine that you check from.',
          ),
        ]
      : synchronize(about),
  }),
});

export const notSynchronized = defineKind<Kept>({
  id: 'not-synchronized',
  name: 'The clock is not synchronized',
  meaning: 'The clock drifts, until certificates and logins are refused.',
  status: 'warn',
  title: ({ service }) =>
    service === undefined
      ? 'The clock is not synchronized: no NTP service is installed'
      : service.activeState === 'active'
        ? `The clock is not synchronized, although ${service.id} is running`
        : `The clock is not synchronized: ${service.id} is ${stateOf(service)}`,
  remedy: (about) => ({ lasting: synchronize(about) }),
});

const stateOf = ({ loadState, activeState }: TimeService) =>
  loadState === 'masked' ? 'masked' : activeState === 'inactive' ? 'not running' : activeState;

const NOT_TURNED_OFF = byHand(
  'If your configuration sets services.timesyncd.enable = false, remove that, and rebuild.',
);

const start = ({ id }: TimeService): Step =>
  run(['systemctl', 'start', '--', unitName(id)], {
    root: true,
    risk: 'restart',
    why: 'Start it. It sets the clock at once.',
  });

function synchronize({ service, nixos }: Kept): Step[] {
  if (service === undefined)
    return [nixos ? NOT_TURNED_OFF : byHand('Install and enable an NTP service, such as systemd-timesyncd.')];
  if (service.loadState === 'masked')
    return [
      run(['systemctl', 'unmask', '--', unitName(service.id)], { root: true, why: 'Unmask it.' }),
      ...(nixos ? [NOT_TURNED_OFF] : []),
      start(service),
    ];
  if (service.activeState !== 'active')
    return [
      run(['systemctl', 'status', '--', unitName(service.id)], { why: 'Show why it is not running.' }),
      start(service),
    ];
  return [
    ASK[service.id] ??
      run(['systemctl', 'status', '--', unitName(service.id)], {
        why: 'Show its state and its last messages.',
      }),
    byHand(
      'If no server answers, allow outgoing traffic to UDP port 123, or set another server (networking.timeServers on NixOS).',
    ),
  ];
}

const ASK: Readonly<Record<string, Step>> = {
  'systemd-timesyncd.service': run(['timedatectl', 'timesync-status'], {
    why: 'Show which server it asks, and since when.',
  }),
  'chronyd.service': run(['chronyc', 'sources'], {
    why: 'Show which servers it asks, and whether they answer.',
  }),
};
