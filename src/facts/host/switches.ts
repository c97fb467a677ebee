import { defineProbe } from '../../model/probe.ts';
import { blocks, lines } from '../../text/lines.ts';
import {
  CLOCK,
  journalctl,
  ofJournal,
  presentTime,
  requireJournal,
  requireSystemd,
  systemdTime,
} from './systemd.ts';

/** What went wrong while a configuration was activated. */
export interface ActivationError {
  readonly at: number;
  /** Name of the part of the activation script. */
  readonly snippet: string;
}

/** How `nixos-upgrade.service` ended last, and what was said by it and by other switches. */
export interface Switches {
  readonly upgrade?: {
    readonly activeState: string;
    readonly result: string;
    readonly endedAt?: number;
  };
  /** The last errors that the upgrade told. */
  readonly upgradeErrors: readonly { readonly at: number; readonly text: string }[];
  /** Since the last switch that ended well. */
  readonly activationErrors: readonly ActivationError[];
  /** The last end of a switch by `nixos-rebuild`, where that was not a success. */
  readonly failedSwitch?: { readonly at: number; readonly exitStatus: number };
}

const SWITCH = 'nixos-rebuild-switch-to-configuration.service';
const UPGRADE = 'nixos-upgrade.service';
const MOST_ERRORS = 3;

export const switches = defineProbe<Switches>({
  id: 'switches',
  reads: 'systemctl show nixos-upgrade.service; journalctl: errors of activations, upgrades and switches',
  tools: ['systemctl', 'journalctl', 'awk'],
  outputLimit: 262_144,
  script: `systemctl show --property=Id,LoadState,ActiveState,Result,ExecMainExitTimestamp,ExecMainExitTimestampMonotonic -- ${UPGRADE} || exit
${CLOCK}
echo
${journalctl(`--output=short-unix _TRANSPORT=kernel + _SYSTEMD_UNIT=${UPGRADE} + _PID=1 UNIT=${SWITCH}`)} |
awk '/Activation script snippet |${SWITCH.replaceAll('.', '[.]')}: (Main process exited|Deactivated|Succeeded)/ { print; next }
/(nixos-upgrade-start|nixos-upgrade|nixos-rebuild|nix)\\[[0-9]+\\]: .*(error:|No space left on device|the following units failed|unable to)/ { errors[++count] = $0 }
END { for (i = count > ${MOST_ERRORS} ? count - ${MOST_ERRORS - 1} : 1; i <= count; i++) print "error " substr(errors[i], 1, 600) }'
echo end`,
  parse(raw) {
    requireSystemd(raw);
    requireJournal(raw);
    const { Id, LoadState, ActiveState = '', Result = '', ...block } = blocks(raw.stdout)[0] ?? {};
    if (raw.capped || lines(raw.stdout).at(-1) !== 'end') throw new Error('the end of it is missing');
    if (Id === undefined) throw new Error('systemctl shows no unit');
    const endedAt = presentTime(
      systemdTime(block.ExecMainExitTimestamp),
      block.ExecMainExitTimestampMonotonic,
      block,
    );
    const told = lines(raw.stdout);
    const ends = told.flatMap((line) => switchEnd(line) ?? []);
    const last = ends.at(-1);
    return ofJournal(raw, {
      ...(LoadState === 'loaded'
        ? {
            upgrade: {
              activeState: ActiveState,
              result: Result,
              ...(endedAt === undefined ? {} : { endedAt }),
            },
          }
        : {}),
      upgradeErrors: told.flatMap((line) => upgradeError(line) ?? []),
      // A switch that ended well has activated all of it again.
      activationErrors: told
        .flatMap((line) => activationError(line) ?? [])
        .filter(({ at }) => last?.exitStatus !== 0 || at > last.at),
      ...(last === undefined || last.exitStatus === 0 ? {} : { failedSwitch: last }),
    });
  },
});

const AT = String.raw`(\d{1,12}(?:\.\d{1,6})?) \S+ `;
const ERROR = new RegExp(`^error ${AT}\\S+: (.+)$`);
const SNIPPET = new RegExp(`^${AT}.*Activation script snippet '([^']{1,100})' failed \\(\\d+\\)`);
const EXITED = new RegExp(
  `^${AT}.*switch-to-configuration\\.service: Main process exited, code=(exited|killed|dumped), status=(\\d{1,3})`,
);
const DONE = new RegExp(`^${AT}.*switch-to-configuration\\.service: (?:Deactivated successfully|Succeeded)`);

const milliseconds = (text: string | undefined) => Number.parseFloat(text ?? '') * 1000;

function upgradeError(line: string): Switches['upgradeErrors'][number] | undefined {
  const [, at, text] = ERROR.exec(line) ?? [];
  return text === undefined ? undefined : { at: milliseconds(at), text: text.trim() };
}

function activationError(line: string): ActivationError | undefined {
  const [, at, snippet] = SNIPPET.exec(line) ?? [];
  return snippet === undefined ? undefined : { at: milliseconds(at), snippet };
}

function switchEnd(line: string): { readonly at: number; readonly exitStatus: number } | undefined {
  const [, at, code, status] = EXITED.exec(line) ?? [];
  // As a shell says it of a signal.
  if (status !== undefined)
    return { at: milliseconds(at), exitStatus: Number(status) + (code === 'exited' ? 0 : 128) };
  const done = DONE.exec(line)?.[1];
  return done === undefined ? undefined : { at: milliseconds(done), exitStatus: 0 };
}
