import type { DeclaredService } from '../../facts/config/services.ts';
import type { Setting } from '../../facts/config/stated.ts';
import type { StrayUnit } from '../../facts/config/stray-units.ts';
import { type Text, unknownIn } from '../../facts/config/text.ts';
import { type FindingDraft, type Judged, judgeSource, together } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { HOLE, withHoles } from '../shared/holes.ts';
import * as kinds from './kinds.ts';
import { settingPath, wordsOf } from './words.ts';

/** Settings of [Unit] that systemd does not know in [Service]. StartLimitBurst and StartLimitInterval it does. */
const OF_UNIT =
  /^(?:(?:Condition|Assert)[A-Z]\w*|StartLimitIntervalSec|Description|Documentation|Wants|Requires|Requisite|BindsTo|PartOf|Upholds|Conflicts|Before|After|OnFailure|OnSuccess|OnFailureJobMode|PropagatesReloadTo|ReloadPropagatedFrom|PropagatesStopTo|StopPropagatedFrom|JoinsNamespaceOf|RequiresMountsFor|IgnoreOnIsolate|StopWhenUnneeded|RefuseManualStart|RefuseManualStop|AllowIsolate|DefaultDependencies|CollectMode|SuccessAction|FailureActionExitStatus|SuccessActionExitStatus|JobTimeoutSec|JobRunningTimeoutSec|JobTimeoutAction|SourcePath)$/;
const OF_INSTALL = /^(?:WantedBy|RequiredBy|UpheldBy|Alias|Also)$/;
/** Settings of [Service] that stand in [Unit] by mistake. */
const OF_SERVICE =
  /^(?:Type|Restart|RestartSec|Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload|Condition)|User|Group|Environment|EnvironmentFile|PassEnvironment|WorkingDirectory|Timeout(?:Start|Stop)?Sec|RemainAfterExit|(?:Runtime|State|Cache|Logs|Configuration)Directory|RuntimeDirectoryPreserve|PIDFile|Kill(?:Mode|Signal)|MemoryMax|CPUQuota|LoadCredential|DynamicUser|UMask|WatchdogSec|NotifyAccess|SuccessExitStatus)$/;

export const source = judgeSource({
  needs: ['services'],
  wants: ['strayUnits'],
  elsewhere: { things: ['serviceConfig', 'unitConfig'].map((key) => `systemd.services.*.${key}`) },
  evaluate({ services, strayUnits = [] }, { folder }) {
    const enabled = services.filter(({ enable }) => enable.state !== 'known' || enable.value);
    if (enabled.length === 0)
      return {
        skip:
          services.length === 0
            ? 'no setting of a unit is declared (systemd.services)'
            : 'every unit that has settings is disabled',
      };
    const judged = enabled.map((service) => doubted(service, judge(service, folder)));
    return {
      findings: [
        ...judged.flatMap(({ findings }) => findings),
        ...strayUnits.map((stray) => ofNoContainer(stray, folder)),
      ],
      notChecked: judged.flatMap(({ notChecked }) => notChecked),
      lookedAt: { units: enabled.length },
    };
  },
});

/** Where it is called nearly as the unit of a container, that lacks what is set here. */
const ofNoContainer = ({ service: { name, at }, meant }: StrayUnit, folder: string): FindingDraft =>
  kinds.noContainer.finding(
    { unit: name, meant, folder, at },
    {
      subject: name,
      status: meant === undefined ? 'warn' : 'fail',
      evidence: [evidenceAt(at, `${name} has no command, and no container has this unit`, meant)],
    },
  );

type JudgedUnit = ReturnType<typeof together>;

/** Of a unit that is switched off nothing is said. */
function doubted({ name, enable }: DeclaredService, { findings, notChecked }: JudgedUnit): JudgedUnit {
  if (enable.state !== 'unknown' || findings.length === 0) return { findings, notChecked };
  const doubt = `${name} has settings that systemd ignores, and whether it is enabled is not known: ${enable.reason}`;
  return { findings: [], notChecked: [...notChecked, doubt] };
}

function judge(service: DeclaredService, folder: string): JudgedUnit {
  const { name, serviceConfig, unitConfig } = service;
  const inService = serviceConfig.items.filter(isWritten);
  const environment = together(
    inService
      .filter(({ key }) => key === 'Environment')
      .flatMap(({ items }) => items.map((item) => assignments(name, item, folder))),
  );
  const open = serviceConfig.rest ?? unitConfig.rest;
  return {
    findings: [
      ...inService
        .filter(({ key }) => OF_UNIT.test(key))
        .map((setting) => misplaced(name, setting, 'Service', 'unitConfig', folder)),
      ...inService
        .filter(({ key }) => OF_INSTALL.test(key))
        .map((setting) => misplaced(name, setting, 'Service', INSTALL[setting.key] ?? '', folder)),
      ...unitConfig.items
        .filter((setting) => isWritten(setting) && OF_SERVICE.test(setting.key))
        .map((setting) => misplaced(name, setting, 'Unit', 'serviceConfig', folder)),
      ...environment.findings,
    ],
    notChecked: [...environment.notChecked, ...(open === undefined ? [] : [open.reason])],
  };
}

/** An empty list is no line of the unit. */
const isWritten = ({ items, rest }: Setting) => items.length > 0 || rest !== undefined;

const INSTALL: Readonly<Record<string, string>> = {
  WantedBy: 'wantedBy',
  RequiredBy: 'requiredBy',
  UpheldBy: 'upheldBy',
  Alias: 'aliases',
  Also: '',
};

function misplaced(
  unit: string,
  { key, items, at }: Setting,
  section: 'Service' | 'Unit',
  home: string,
  folder: string,
): FindingDraft {
  const from = section === 'Service' ? 'serviceConfig' : 'unitConfig';
  const place = home.endsWith('Config') ? `${home}.${key}` : home;
  const where = at ?? items[0]?.at;
  return kinds.wrongSection.finding(
    { unit, key, section, from, place, folder, at: where },
    {
      subject: `${unit} ${from}.${key}`,
      evidence: [
        evidenceAt(
          where,
          `${settingPath(unit, from, key)} = ${items.map(({ text }) => text).join(' ')}`,
          place === '' ? undefined : settingPath(unit, ...place.split('.')),
        ),
      ],
    },
  );
}

/** What systemd makes of a line `Environment=`: NixOS writes it as it is, without quotes. */
function assignments(unit: string, item: Text, folder: string): Judged {
  const words = wordsOf(withHoles(item));
  const [, variable] = /^["']?([A-Za-z_]\w*)=/.exec(item.text) ?? [];
  const named = variable ?? 'a text in Environment';
  const found = (what: string) => ({ finding: ignored(unit, item, what, variable, folder) });
  if (words === undefined)
    return unknownIn(item)
      ? { notChecked: `how systemd reads ${named} in Environment of ${unit} is not known` }
      : found(`systemd ignores ${named}: it has a wrong quote or backslash`);
  const lost = words.find(({ text }) => !ASSIGNMENT.test(text) && !text.includes(HOLE));
  // What is ignored may be a part of a password: it is not shown.
  if (lost !== undefined)
    return found(
      variable === undefined
        ? 'systemd ignores a text in Environment, which is not an assignment'
        : `systemd cuts ${variable} at a space, and ignores what follows`,
    );
  const isOpen = item.parts.some((part) => typeof part !== 'string' && !hasNoBlank(part));
  const isBare = words.some(({ text, bareHole }) => bareHole || text.startsWith(HOLE));
  return isOpen && isBare
    ? {
        notChecked: `whether ${named} has a space, where systemd would cut it, is not known (Environment of ${unit})`,
      }
    : {};
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Paths of the store, of secrets, and numbers have none. */
function hasNoBlank(part: Exclude<Text['parts'][number], string>): boolean {
  const { name = '', path } = part;
  return (
    path !== undefined ||
    /^pkgs\./.test(name) ||
    /^config\.(?:age|sops)\.secrets\..*\.path$/.test(name) ||
    /\.(?:uid|gid|port|package|hostName|stateVersion)$/.test(name)
  );
}

function ignored(
  unit: string,
  item: Text,
  what: string,
  variable: string | undefined,
  folder: string,
): FindingDraft {
  const better = variable === undefined ? undefined : `${settingPath(unit, 'environment', variable)} = "…";`;
  return kinds.noAssignment.finding(
    { unit, what, better, folder, at: item.at },
    {
      subject: `${unit} Environment ${variable ?? ''}`.trimEnd(),
      evidence: [
        evidenceAt(
          item.at,
          `Environment=${variable === undefined ? '…' : `${variable}=…`}`,
          better ?? 'NAME=value',
        ),
      ],
    },
  );
}
