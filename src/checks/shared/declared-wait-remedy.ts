import type { DeclaredListening } from '../../facts/config/listening.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { DeclaredService } from '../../facts/config/services.ts';
import { settingOf } from '../../facts/config/stated.ts';
import { plainText } from '../../facts/config/text.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit } from '../../remedy/steps.ts';
import { RETRY, RETRY_WHY, WAIT_WHY, waitCommand } from './bind-remedy.ts';
import { type Binding, keepsTrying } from './declared-wait.ts';
import { within } from './evidence-at.ts';
import { rewriteList, rewriteText } from './rewrite.ts';
import { placeIn, rebuild } from './steps.ts';

interface Known {
  readonly listening: DeclaredListening;
  readonly literals: Literals | undefined;
  readonly folder: string;
}

/** What helps a unit that does not wait for its address: the same, whichever check tells of it. */
export function waitRemedy(binding: Binding, known: Known): { readonly lasting: Step[] } {
  return { lasting: [waitStep(binding, known), rebuild()] };
}

function waitStep(binding: Binding, { listening, literals, folder }: Known): Step {
  const { kind, unit, addresses, listeners, wait } = binding;
  const [attempt] = wait.state === 'does not' ? wait.attempts : [];
  const at = attempt?.at ?? listeners[0].at;
  const name = unit.replace(/\.\w+$/, '');
  if (attempt?.fix !== undefined) return byHand(attempt.fix, placeIn(folder, at));
  if (kind === 'socket')
    return edit({
      option: optionPath('systemd', 'sockets', name, 'socketConfig', 'FreeBind'),
      after: 'true',
      at: placeIn(folder, at),
      why: 'Let the socket listen on an address that does not exist yet.',
    });
  const { waitFile } = listening;
  if (waitFile !== undefined)
    return byHand(
      `Add the script from ${within(folder, waitFile)} to systemd.services."${name}".serviceConfig.ExecStartPre, so that the unit waits for its address.`,
      placeIn(folder, at),
    );
  const setting = (key: string) => ['systemd', 'services', name, 'serviceConfig', key] as const;
  const [address = ''] = addresses;
  if (retryHelps(binding, name, listening))
    return rewriteText(
      {
        path: setting('RestartSec'),
        to: () => RETRY,
        why: RETRY_WHY,
        otherwise: `Set systemd.services."${name}".serviceConfig.RestartSec to "${RETRY}", so that systemd retries until the address exists.`,
        at: placeOf(binding, name, 'RestartSec') ?? at,
      },
      literals,
      folder,
    );
  const command = waitCommand(address);
  if (command === undefined)
    return byHand(
      `Add a wait for ${address} to systemd.services."${name}".serviceConfig.ExecStartPre.`,
      placeIn(folder, at),
    );
  return rewriteList(
    {
      path: setting('ExecStartPre'),
      to: (now = []) => [...now, command],
      why: WAIT_WHY,
      otherwise: `Add a wait for ${address} to systemd.services."${name}".serviceConfig.ExecStartPre: ${command}`,
      at: placeOf(binding, name, 'ExecStartPre') ?? at,
    },
    literals,
    folder,
  );
}

const unitOf = ({ listeners }: Binding, name: string): DeclaredService | undefined =>
  listeners[0].units.find((unit) => unit.name === name);

function placeOf(binding: Binding, name: string, key: string): SourceLocation | undefined {
  const unit = unitOf(binding, name);
  return unit === undefined ? undefined : settingOf(unit.serviceConfig, key)?.at;
}

/**
 * Whether the unit comes up where systemd tries again every few seconds. Units that require it are not started again when
 * its first start fails; and a module of nixpkgs may set how often it is tried, which must not be set twice.
 */
function retryHelps(binding: Binding, name: string, { required }: DeclaredListening): boolean {
  const unit = unitOf(binding, name);
  if (unit === undefined || required.has(binding.unit)) return false;
  const others = unit.serviceConfig.items.filter(({ key }) => key !== 'RestartSec');
  const retried = {
    key: 'RestartSec',
    isList: false,
    at: undefined,
    items: [plainText(RETRY)],
  };
  const edited = { ...unit, serviceConfig: { ...unit.serviceConfig, items: [...others, retried] } };
  return keepsTrying(edited, binding.kind) === true;
}
