import { defineProbe, PartialValue } from '../../model/probe.ts';
import { blocks } from '../../text/lines.ts';
import { STAGE } from './stages.ts';
import { CLOCK, listIn, presentTime, requireSystemd, systemdDuration, systemdTime } from './systemd.ts';

/** A systemd service that runs, or should run, a container. */
export interface ContainerUnit {
  /** `podman-immich-server.service` */
  readonly id: string;
  readonly engine: 'podman' | 'docker';
  /** The part of the unit's name after the engine: NixOS' name of the container. */
  readonly container: string;
  readonly loadState: string;
  readonly loadError: string;
  readonly activeState: string;
  readonly subState: string;
  readonly result: string;
  /** Restarts by systemd itself since somebody last started the unit. */
  readonly restarts: number;
  /** Of its last process the exit status, or the number of the signal that ended it. */
  readonly exitStatus: number;
  /** A signal ended its last process. */
  readonly isSignal: boolean;
  /** Milliseconds between restarts. */
  readonly restartDelay: number;
  readonly startLimitInterval: number;
  /** Starts within that interval after which systemd gives up. */
  readonly startLimitBurst: number;
  /** systemd starts it again by itself: `always`, `on-failure`, `no`, ... */
  readonly restartPolicy: string;
  /** Empty for root. The containers of another user are in a store of its own. */
  readonly user: string;
  readonly conditionMet: boolean;
  /** Milliseconds since 1970, as all times. */
  readonly activeSince?: number;
  readonly changedAt?: number;
  readonly conditionCheckedAt?: number;
  /**
   * Of the units that it is ordered after, those that wait for Tailscale and were started since the boot: to be ordered
   * after a unit that is not there, or that nothing starts, is to wait for nothing.
   */
  readonly waitsFor: readonly string[];
  /** All that it is ordered after. */
  readonly after: readonly string[];
  readonly requires: readonly string[];
  /** A target wants it, as that of the boot does. */
  readonly wanted: boolean;
  /** It does something once, and has ended when that is done. */
  readonly once: boolean;
  /** A generator made it, of a quadlet: its own file is not to be replaced. */
  readonly isGenerated: boolean;
}

const PROPERTIES =
  'Id,LoadState,LoadError,ActiveState,SubState,Result,NRestarts,ExecMainCode,ExecMainStatus,RestartUSec,StartLimitIntervalUSec,StartLimitIntervalSec,StartLimitBurst,Restart,User,' +
  'ActiveEnterTimestamp,ActiveEnterTimestampMonotonic,StateChangeTimestamp,StateChangeTimestampMonotonic,ConditionResult,ConditionTimestamp,ConditionTimestampMonotonic,After,Requires,WantedBy,RequiredBy,UpheldBy,Type,FragmentPath';

/** Units that are done when the Tailscale address can be used. */
const TAILSCALE_WAITS =
  'tailscale-online.target tailscale-wait-online.service tailscaled-autoconnect.service';

/** Units that the packages themselves bring: their names begin like a container's, and they run none. */
const ENGINE_OWN_UNITS =
  /^(?:podman-(?:auto-update|restart|clean-transient|prune|kube@.*|api)|docker-(?:prune|volumes?-.*))\.service$/;

/** Whether a unit is one that runs a container, and so is in the list of `units`. */
export function isContainerUnit(id: string): boolean {
  return /^(?:podman|docker)-.+\.service$/.test(id) && !ENGINE_OWN_UNITS.test(id);
}

/**
 * Shell text that sets `units` to the names of all container units, those that are not loaded too. A unit of NixOS may
 * have another name (`serviceName`), and one that podman makes of a quadlet has: both hand podman their own.
 */
export const FIND_UNITS = String.raw`${STAGE}
patterns='podman-*.service docker-*.service'
loaded=$(systemctl list-units --all --plain --no-legend --no-pager $patterns) || exit
units=$({ stage 1 systemctl list-unit-files --no-legend --no-pager $patterns; printf '%s
' "$loaded"
stage 2 grep -RlsF PODMAN_SYSTEMD_UNIT /etc/systemd/system /run/systemd/generator | stage 0 awk -F / '$NF ~ /[.]service$/ { print $NF }'; } |
stage 0 awk '$1 !~ /@\.service$/ && $1 !~ /^(podman-(auto-update|restart|clean-transient|prune|api)|docker-prune)\.service$/ { print $1 }' | stage 0 sort -u)`;

/**
 * Shell text that prints the commands which `systemctl show` told in `shown`, and the scripts that they start, without
 * comments.
 */
export const COMMAND_TEXTS = `{ printf '%s\\n' "$shown" | stage 0 sed -n 's/.*argv\\[\\]=\\(.*\\) ; ignore_errors.*/\\1/p'
for file in $(printf '%s\\n' "$shown" | stage 0 sed -n 's/.*{ path=\\([^ ;]*\\) .*/\\1/p'); do
case $file in */podman | */docker | */sh | */bash) ;; *) [ ! -r "$file" ] || stage 1 head -c 65536 "$file"; echo ;; esac
done; } | stage 0 sed '/^[[:space:]]*#/d'`;

export const units = defineProbe<readonly ContainerUnit[]>({
  id: 'units',
  reads: 'systemctl show of podman-*.service, docker-*.service and the units of quadlets',
  tools: ['systemctl', 'awk', 'grep'],
  outputLimit: 10_000_000,
  script: `set -f
${FIND_UNITS}
if [ -z "$units" ]; then systemctl show --property=Version; else
systemctl show --property=${PROPERTIES} -- $units || exit
echo
systemctl show --property=Id,LoadState,InactiveExitTimestamp,After ${TAILSCALE_WAITS}
echo
${CLOCK}
fi`,
  parse(raw) {
    requireSystemd(raw);
    const { isWhole, text } = listIn(raw);
    const all = blocks(text);
    const clock = all.find(({ Uptime }) => Uptime !== undefined) ?? {};
    const waits = all.flatMap(({ Id = '', LoadState, InactiveExitTimestamp = '', After }) =>
      LoadState === 'loaded' && InactiveExitTimestamp !== '' && !isEmptyTarget(Id, After) ? [Id] : [],
    );
    const found = all.flatMap((block) => containerUnit(block, waits, clock) ?? []);
    if (all.every(({ Id, Version }) => Id === undefined && Version === undefined))
      throw new Error('systemctl shows no unit, and no version of systemd');
    if (!isWhole) return new PartialValue(found, 'the list of units was truncated');
    if (all.some((block) => block.Id === undefined && 'LoadState' in block))
      return new PartialValue(found, 'systemctl does not name every unit');
    const stateless = all.find(
      ({ Id = '', ActiveState }) =>
        ActiveState === undefined && /[.]service$/.test(Id) && !TAILSCALE_WAITS.includes(Id),
    );
    return stateless === undefined
      ? found
      : new PartialValue(found, `systemctl does not show the state of ${stateless.Id}`);
  },
});

/** A target is reached when what it is ordered after is done, and at once where that is nothing but the daemon. */
const isEmptyTarget = (id: string, after: string | undefined) =>
  id.endsWith('.target') &&
  after !== undefined &&
  words(after).every((each) => each === 'tailscaled.service' || !each.endsWith('.service'));

function words(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

type Properties = ReturnType<typeof blocks>[number];

function containerUnit(
  block: Properties,
  waits: readonly string[],
  clock: Properties,
): ContainerUnit | undefined {
  const match = /^(?:(podman|docker)-)?(.+)\.service$/.exec(block.Id ?? '');
  if (match === null || ENGINE_OWN_UNITS.test(match[0]) || block.ActiveState === undefined) return undefined;
  const activeSince = presentTime(
    systemdTime(block.ActiveEnterTimestamp),
    block.ActiveEnterTimestampMonotonic,
    clock,
  );
  const changedAt = presentTime(
    systemdTime(block.StateChangeTimestamp),
    block.StateChangeTimestampMonotonic,
    clock,
  );
  const conditionCheckedAt = presentTime(
    systemdTime(block.ConditionTimestamp),
    block.ConditionTimestampMonotonic,
    clock,
  );
  return {
    id: match[0],
    engine: match[1] === 'docker' ? 'docker' : 'podman',
    container: match[2] as string,
    loadState: block.LoadState ?? '',
    loadError: (block.LoadError ?? '').replace(/^\S+ "?(.*?)"?$/, '$1'),
    activeState: block.ActiveState ?? '',
    subState: block.SubState ?? '',
    result: block.Result ?? '',
    restarts: Number(block.NRestarts ?? 0),
    exitStatus: Number(block.ExecMainStatus ?? 0),
    // Of waitid(2): 2 is killed, 3 is killed with a core dump.
    isSignal: ['2', '3'].includes(block.ExecMainCode ?? ''),
    restartDelay: systemdDuration(block.RestartUSec) ?? 100,
    startLimitInterval:
      systemdDuration(block.StartLimitIntervalUSec ?? block.StartLimitIntervalSec) ?? 10_000,
    startLimitBurst: Number(block.StartLimitBurst ?? 5),
    restartPolicy: block.Restart ?? 'always',
    user: block.User === 'root' ? '' : (block.User ?? ''),
    conditionMet: block.ConditionResult !== 'no',
    ...(activeSince === undefined ? {} : { activeSince }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(conditionCheckedAt === undefined ? {} : { conditionCheckedAt }),
    waitsFor: words(block.After).filter((id) => waits.includes(id)),
    after: words(block.After),
    requires: words(block.Requires),
    wanted:
      words(block.WantedBy).length > 0 ||
      [block.RequiredBy, block.UpheldBy].some((by) => words(by).some((id) => id.endsWith('.target'))),
    once: block.Type === 'oneshot',
    isGenerated: block.FragmentPath?.startsWith('/run/systemd/generator') === true,
  };
}
