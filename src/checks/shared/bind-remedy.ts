import type { Listener } from '../../facts/host/listeners.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Remedy, Step } from '../../model/remedy.ts';
import { nixList, nixString } from '../../remedy/nix-text.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { ipAddress, isRefused, unitName } from '../../remedy/words.ts';
import { keepsTrying } from './host-wait.ts';
import { allHaving } from './lookup.ts';
import { rebuild, restart, unitSetting, withDependents } from './steps.ts';
import { BIND_ERROR } from './tailnet.ts';

/** Often enough for systemd never to reach its limit of starts, and soon enough for people. */
export const RETRY = '5s';
const RETRY_MS = 5000;
export const RETRY_WHY =
  'Let systemd retry every five seconds, so that it does not give up before the address exists.';
export const WAIT_WHY = 'Let the unit wait up to a minute for the address before it starts.';

interface Bound {
  readonly unit: ContainerUnit;
  readonly units: readonly ContainerUnit[];
  readonly address: string;
  /** On an interface of this machine, now. */
  readonly isHere: boolean;
  /** What something else listens on by now: `0.0.0.0:3001`. */
  readonly taken: string | undefined;
  /** It waits for the address, or tries until it is there. */
  readonly waits: boolean;
  readonly nixos: boolean;
  readonly now: number;
}

/** What helps a unit that cannot bind to its address when it starts: the same, whichever check tells of it. */
export function bindRemedy(bound: Bound): Remedy {
  const { unit, units, address, isHere, taken, now } = bound;
  if (taken !== undefined)
    return {
      now: [],
      lasting: [
        byHand(`Stop the program that listens on ${taken}, or give ${unit.container} another port.`),
        ...restart(withDependents(unit, units), { units, now, why: 'Then start it.' }),
      ],
    };
  const why = `Restart ${unit.container}: its address ${address} exists now.`;
  return {
    now:
      unit.activeState !== 'active' && isHere
        ? restart(withDependents(unit, units), { units, now, why })
        : [],
    lasting: bound.waits ? [] : lasting(bound),
  };
}

/** Where something listens that keeps a unit which is down from binding. */
export function takenFor(
  unit: ContainerUnit,
  said: string,
  listeners: readonly Listener[] | undefined = [],
): string | undefined {
  const [, address = '', port] = BIND_ERROR.exec(said) ?? [];
  if (unit.activeState === 'active' || !said.includes('listen tcp')) return undefined;
  const all = ['*', address.includes(':') ? '::' : '0.0.0.0'];
  const found = listeners.find(
    (each) => each.port === Number(port) && (each.address === address || all.includes(each.address)),
  );
  return found === undefined ? undefined : `${found.address}:${found.port}`;
}

function lasting(bound: Bound): Step[] {
  const { unit, address, nixos } = bound;
  const setting = settingThatHelps(bound);
  if (setting === undefined)
    return [byHand(`Let ${unit.id} wait for its address ${address} before it starts.`)];
  const { key, value, written, why } = setting;
  if (unit.isGenerated && !nixos)
    return [
      run(['systemctl', 'edit', '--', unitName(unit.id)], {
        root: true,
        risk: 'interactive',
        why: `${why} Add a drop-in with the lines [Service] and ${key}=${value}`,
      }),
    ];
  return [unitSetting(unit, { section: 'serviceConfig', key, after: written, why }), rebuild()];
}

/** Undefined where no command can be written for its address. */
function settingThatHelps({ unit, units, address }: Bound) {
  // Units that require this one are not started again when its first start fails.
  const isRequired = allHaving(units, 'requires', unit.id).length > 0;
  // One that is never started again, or whose limit of starts is reached even so, is not helped by another pause.
  if (!isRequired && keepsTrying({ ...unit, restartDelay: RETRY_MS }))
    return { key: 'RestartSec', value: RETRY, written: nixString(RETRY), why: RETRY_WHY };
  const wait = waitCommand(address);
  return wait === undefined
    ? undefined
    : { key: 'ExecStartPre', value: wait, written: nixList([wait]), why: WAIT_WHY };
}

/**
 * systemd reads `$$` as `$`, and would expand a single one itself. After its time it lets the unit start all the same: one that
 * has other addresses too, as sshd may, must not stay down without this one.
 */
export function waitCommand(address: string): string | undefined {
  const word = ipAddress(address);
  if (isRefused(word)) return undefined;
  const family = word.includes(':') ? '-6' : '-4';
  return `/bin/sh -c 'PATH=$$PATH:/run/current-system/sw/bin; for i in $$(seq 60); do tailscale ip ${family} | grep -qxF ${word} && exit; sleep 1; done'`;
}
