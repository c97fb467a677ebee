import type { Generation, Generations } from '../../facts/host/generations.ts';
import type { Switches } from '../../facts/host/switches.ts';
import { type Evaluation, type Explanation, type FindingDraft, judgeHost } from '../define.ts';
import * as kinds from './kinds.ts';

/** A switch takes no longer. */
const SWITCH_MS = 600_000;
const DAY_MS = 86_400_000;
const LONG_DAYS = 30;
const CURRENT = '/run/current-system';

export const host = judgeHost({
  needs: ['generations', 'system'],
  wants: ['switches'],
  // Both tell what changed before something broke.
  forRemedy: ['lastBoot'],
  evaluate({ generations, system, switches }, { now }): Evaluation {
    const { current, booted } = generations;
    const kernel = otherKernel(current, booted, now);
    return {
      findings: [
        ...(switches === undefined ? [] : upgrade(switches, current)),
        ...otherGeneration(generations, now, system.bootedAt),
        ...(switches === undefined ? [] : activation(switches, current)),
        ...(kernel?.finding === undefined ? [] : [kernel.finding]),
      ],
      lookedAt: { systemGenerations: 1 },
      ...(kernel?.note === undefined ? {} : { note: kernel.note }),
    };
  },
});

const UPGRADE = 'nixos-upgrade.service';

function upgrade({ upgrade: unit, upgradeErrors }: Switches, { createdAt }: Generation): FindingDraft[] {
  if (unit?.activeState !== 'failed') return [];
  const { result, endedAt } = unit;
  const error = upgradeErrors.find(({ text }) => /error:|No space left/.test(text));
  const text = error?.text.replace(/^.*?error: */, '').slice(0, 160);
  return [
    kinds.upgradeFailed.finding(
      {
        error: text === '' ? undefined : text,
        isRebuiltSince: endedAt !== undefined && createdAt !== undefined && createdAt > endedAt,
      },
      {
        subject: UPGRADE,
        evidence: [
          {
            source: `systemctl show ${UPGRADE}`,
            observed: `failed, result ${result}`,
            ...(endedAt === undefined ? {} : { at: endedAt }),
          },
          ...upgradeErrors.map((each) => ({
            source: `journalctl --unit=${UPGRADE}`,
            observed: each.text,
            at: each.at,
          })),
        ],
        explainedBy: upgradeErrors.flatMap((each) => causesOf(each.text)),
        ...(endedAt === undefined ? {} : { since: endedAt }),
      },
    ),
  ];
}

function causesOf(text: string): Explanation[] {
  if (/No space left on device/.test(text))
    return ['/boot', '/boot/efi', '/nix', '/nix/store', '/'].map((subject) => ({
      check: 'storage',
      subject,
    }));
  return /(?:not|n't) resolve host/.test(text) ? [{ check: 'dns' }, { check: 'tailscale-up' }] : [];
}

const nameOf = ({ number, path }: Generation) => (number === undefined ? path : `generation ${number}`);

function otherGeneration(
  { current, profile, others }: Generations,
  now: number,
  bootedAt: number | undefined,
): FindingDraft[] {
  if (profile === undefined || profile.path === current.path || others.includes(current.path)) return [];
  const { createdAt } = profile;
  if (createdAt !== undefined && now - createdAt < SWITCH_MS) return [];
  const next = nameOf(profile);
  const seen = {
    subject: 'system',
    evidence: [
      { source: CURRENT, observed: current.path, expected: profile.path },
      {
        source: '/nix/var/nix/profiles/system',
        observed: next,
        ...(createdAt === undefined ? {} : { at: createdAt }),
      },
    ],
    ...(createdAt === undefined ? {} : { since: createdAt }),
  };
  if (current.number === undefined) return [kinds.notKept.finding({ next }, seen)];
  const isBootedOld = createdAt !== undefined && bootedAt !== undefined && createdAt < bootedAt;
  return [kinds.notActive.finding({ running: nameOf(current), next, isBootedOld }, seen)];
}

/** Of agenix, agenix-secrets tells. */
const IS_TOLD_ELSEWHERE = /^agenix/;

/** What was said before the running system was made is of another. */
function activation(
  { activationErrors, failedSwitch }: Switches,
  { createdAt = 0 }: Generation,
): FindingDraft[] {
  const last = activationErrors.findLast(
    ({ at, snippet }) => at >= createdAt && !IS_TOLD_ELSEWHERE.test(snippet),
  );
  if (last !== undefined) {
    const { snippet, at } = last;
    const observed = `Activation script snippet '${snippet}' failed`;
    return [
      kinds.activationFailed.finding(
        { snippet },
        { subject: 'activation', evidence: [{ source: 'journalctl', observed, at }], since: at },
      ),
    ];
  }
  if (failedSwitch === undefined || failedSwitch.at < createdAt) return [];
  const { exitStatus, at } = failedSwitch;
  const observed = `nixos-rebuild-switch-to-configuration.service: exit status ${exitStatus}`;
  return [
    kinds.switchFailed.finding(
      { exitStatus },
      {
        subject: 'switch',
        evidence: [{ source: 'journalctl', observed, expected: 'exit status 0', at }],
        since: at,
      },
    ),
  ];
}

function otherKernel(
  current: Generation,
  booted: Generation | undefined,
  now: number,
): { readonly note?: string; readonly finding?: FindingDraft } | undefined {
  const [running, installed] = [booted?.kernel, current.kernel];
  if (running === undefined || installed === undefined || running === installed) return undefined;
  const days = current.createdAt === undefined ? 0 : Math.floor((now - current.createdAt) / DAY_MS);
  if (days < LONG_DAYS)
    return { note: `a reboot is due: kernel ${running} is running, ${installed} is installed` };
  return {
    finding: kinds.rebootDue.finding(
      { booted: running, installed, days },
      {
        subject: 'kernel',
        evidence: [
          { source: '/run/booted-system/kernel', observed: running, expected: installed },
          {
            source: CURRENT,
            observed: nameOf(current),
            ...(current.createdAt === undefined ? {} : { at: current.createdAt }),
          },
        ],
      },
    ),
  };
}
