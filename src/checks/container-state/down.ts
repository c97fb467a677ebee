import type { UnitMessage } from '../../probes/unit-journal.ts';
import type { ContainerUnit } from '../../probes/units.ts';
import { quote } from '../../text/shell.ts';
import type { Explanation, FindingDraft } from '../define.ts';
import { restartCommand } from '../shared/restart.ts';
import { sinceActive } from '../shared/runs.ts';
import type { Trouble } from './trouble.ts';

type Reason = readonly [RegExp, (match: RegExpExecArray) => string];

/** Why a container cannot be started, as podman and systemd say it, and in words. */
const REASONS: readonly Reason[] = [
  [/statfs (\S+): no such file or directory/, (m) => `${m[1]} does not exist on the host`],
  [/unable to find network with name or ID ([^:\s]+)/, (m) => `the podman network ${m[1]} does not exist`],
  [/parsing (?:env )?file "([^"]+)".*no such file/, (m) => `its environment file ${m[1]} does not exist`],
  [/(\S+): image not known/, (m) => `the image ${m[1]} is not there`],
  [/lookup ([^\s:]+).*no such host/, (m) => `the name ${m[1]} cannot be resolved`],
  [/stat (\/dev\/[^:\s]+): no such file/, (m) => `the device ${m[1]} does not exist`],
  [/container name "([^"]+)" is already in use/, (m) => `the name ${m[1]} is taken by another container`],
  [/(\S+): bind: address already in use/, (m) => `${m[1]} is taken by another program`],
  [
    /(\S+): bind: cannot assign requested address/,
    (m) => `it could not bind to ${m[1]}, an address that was not there`,
  ],
  [/executable file .*not found/, () => 'the image does not have the command that it is to run'],
  [/exec format error/, () => 'the image is for another kind of processor'],
  [/unmet condition check \(?(\w+)=([^\s)]+)/, (m) => `its condition ${m[1]}=${m[2]} is not met`],
  [/Dependency failed for/, () => 'a unit that it requires could not be started'],
];

const EXIT_STATUSES: Readonly<Record<number, string>> = {
  125: 'podman itself failed (125)',
  126: 'its command could not be run, or its port not be bound (126)',
  127: 'its command does not exist (127)',
  132: 'its process used an instruction that this processor does not have (132)',
  137: 'its process was killed (137)',
  139: 'its process broke by itself (139)',
  143: 'its process was told to end (143)',
};

/** A unit in trouble, with the reason in words and whatever else may explain it. */
export function downFinding(
  unit: ContainerUnit,
  trouble: Trouble,
  requirement: string | undefined,
  messages: readonly UnitMessage[],
): FindingDraft {
  const message = sinceActive(unit, messages).findLast(({ text }) =>
    REASONS.some(([pattern]) => pattern.test(text)),
  );
  const known = message && REASONS.find(([pattern]) => pattern.test(message.text));
  const gaveUp = messages.findLast(({ text }) => /repeated too quickly/.test(text));
  const status = EXIT_STATUSES[unit.exitStatus];
  const reason =
    known?.[1](known[0].exec(message?.text ?? '') as RegExpExecArray) ??
    (requirement === undefined ? undefined : `it needs ${requirement}, which is not up`) ??
    (unit.exitStatus === 0 ? undefined : (status ?? `its command ended with ${unit.exitStatus}`));
  const explainedBy: Explanation[] = [
    { check: 'oci-backend', subject: 'docker' },
    { check: 'oci-backend', subject: unit.id },
    ...(message && /cannot assign requested/.test(message.text)
      ? [{ check: 'tailscale-bind', subject: unit.id }]
      : []),
    ...[...(message?.text ?? '').matchAll(/(\/run\/agenix[^\s:")]*)/g)].map((m) => ({
      check: 'agenix-secrets',
      subject: m[1] ?? '',
    })),
    ...(known === undefined
      ? [
          { check: 'ml-oom', subject: unit.container },
          { check: 'container-oom', subject: unit.container },
        ]
      : []),
    ...(known === undefined || /Dependency failed/.test(message?.text ?? '')
      ? unit.requires.flatMap((subject) => [
          { check: 'container-state', subject },
          { check: 'failed-units', subject },
        ])
      : []),
  ];
  return {
    status: trouble.status,
    title: `${unit.container} ${trouble.what}${reason === undefined ? '' : `: ${reason}`}`,
    summary:
      gaveUp === undefined
        ? trouble.summary
        : `systemd tried ${unit.restarts} times, too quickly one after another, and does not try again by itself.`,
    subject: unit.id,
    evidence: [
      {
        source: `systemctl show ${unit.id}`,
        observed: `${unit.activeState} (${unit.subState}), result ${unit.result}, exit status ${unit.exitStatus}, ${unit.restarts} restarts${unit.loadError === '' ? '' : `, ${unit.loadError}`}`,
        expected: 'active (running)',
        ...(unit.changedAt === undefined ? {} : { at: unit.changedAt }),
      },
      ...(trouble.evidence ?? []),
      ...(message === undefined
        ? []
        : [{ source: `journalctl --unit=${unit.id}`, observed: message.text, at: message.at }]),
    ],
    explainedBy,
    fix: {
      summary:
        reason === undefined
          ? 'Read why, then start it again.'
          : 'Mend the reason above, then start it again.',
      commands: [
        ...(reason === undefined ? [`sudo journalctl --unit=${quote(unit.id)} --lines=50`] : []),
        restartCommand([unit.id]),
      ],
      docs: 'docs/checks.md#container-state',
    },
  };
}
