import { defineProbe, PartialValue } from '../../model/probe.ts';
import { blocks } from '../../text/lines.ts';
import { CLOCK, listIn, presentTime, requireSystemd, systemdTime } from './systemd.ts';

/** A service that a target of the running configuration starts. */
export interface WantedUnit {
  readonly id: string;
  readonly loadState: string;
  readonly activeState: string;
  /** `auto-restart` between two tries. */
  readonly subState: string;
  /** By systemd itself, because it ended. */
  readonly restarts: number;
  /** Something of its own starts it when it is needed: a socket, a timer, a path. */
  readonly isTriggered: boolean;
  /** It does something once, and has ended when that is done. */
  readonly once: boolean;
  readonly result: string;
  readonly restartPolicy: string;
  /** A condition kept it from starting. */
  readonly isSkipped: boolean;
  /** How its process ended last; undefined where it never started one. */
  readonly end?: 'running' | 'exited' | 'killed';
  readonly exitStatus: number;
  readonly changedAt?: number;
}

export const wantedUnits = defineProbe<readonly WantedUnit[]>({
  id: 'wanted-units',
  reads: 'systemctl show of the services that the targets of the configuration start',
  tools: ['systemctl'],
  outputLimit: 4_000_000,
  // Who is wanted by a target that was not reached is not missing.
  script: `names=
for folder in /etc/systemd/system/*.target.wants /etc/systemd/system/*.target.requires; do
[ -d "$folder" ] || continue
target=\${folder##*/}
case $(systemctl show --property=ActiveState -- "\${target%.*}") in ActiveState=active) ;; *) continue ;; esac
for link in "$folder"/*.service; do
[ ! -L "$link" ] || names="$names \${link##*/}"
done
done
[ -n "$names" ] || { systemctl show --property=Version; exit; }
systemctl show --property=Id,LoadState,ActiveState,SubState,NRestarts,Type,Result,Restart,TriggeredBy,ConditionResult,ConditionTimestamp,ExecMainStartTimestamp,ExecMainCode,ExecMainStatus,StateChangeTimestamp,StateChangeTimestampMonotonic -- $names
echo
${CLOCK}`,
  parse(raw) {
    requireSystemd(raw);
    const { isWhole, text } = listIn(raw);
    const all = blocks(text);
    const clock = all.find(({ Uptime }) => Uptime !== undefined) ?? {};
    if (all.every(({ Id, Version }) => Id === undefined && Version === undefined))
      throw new Error('systemctl shows no unit, and no version of systemd');
    // A unit may be wanted by several targets.
    const found = [
      ...new Map(all.flatMap((block) => wantedUnit(block, clock) ?? []).map((unit) => [unit.id, unit])),
    ];
    const units = found.map(([, unit]) => unit);
    return isWhole ? units : new PartialValue(units, 'the list of wanted units was truncated');
  },
});

const ENDS: Readonly<Record<string, WantedUnit['end']>> = {
  '0': 'running',
  '1': 'exited',
  '2': 'killed',
  '3': 'killed',
};

function wantedUnit(
  block: ReturnType<typeof blocks>[number],
  clock: Readonly<Record<string, string>>,
): WantedUnit | undefined {
  const { Id, ActiveState, LoadState = '', ConditionResult, ConditionTimestamp = '' } = block;
  if (Id === undefined || ActiveState === undefined) return undefined;
  const changedAt = presentTime(
    systemdTime(block.StateChangeTimestamp),
    block.StateChangeTimestampMonotonic,
    clock,
  );
  const end = (block.ExecMainStartTimestamp ?? '') === '' ? undefined : ENDS[block.ExecMainCode ?? ''];
  return {
    id: Id,
    loadState: LoadState,
    activeState: ActiveState,
    subState: block.SubState ?? '',
    restarts: Number(block.NRestarts ?? 0),
    isTriggered: (block.TriggeredBy ?? '') !== '',
    once: block.Type === 'oneshot',
    result: block.Result ?? '',
    restartPolicy: block.Restart ?? '',
    isSkipped: ConditionResult === 'no' && ConditionTimestamp !== '',
    ...(end === undefined ? {} : { end }),
    exitStatus: Number(block.ExecMainStatus ?? 0),
    ...(changedAt === undefined ? {} : { changedAt }),
  };
}
