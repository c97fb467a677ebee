import type { Clock, TimeService } from '../../facts/host/clock.ts';
import { type Context, type Evaluation, type FindingDraft, judgeHost } from '../define.ts';
import * as kinds from './kinds.ts';

const FIRST_MS = 600_000;
const DIFFERS_MS = 30_000;
/** `date +%s` leaves out what is less than that. */
const SECOND_MS = 1000;
const FIRST_YEAR = 2024;
const CHRONY = 'chrony did not answer (chronyc tracking shows it), and may not report it to the kernel';
/** They may keep the clock right, and not say so to the kernel: chrony without `rtcsync`, which NixOS does not set. */
const SILENT: Readonly<Record<string, string>> = {
  'openntpd.service': 'openntpd does not report it to the kernel (ntpctl -s status shows it)',
  'chronyd.service': CHRONY,
  'chrony.service': CHRONY,
};

export const host = judgeHost({
  needs: ['clock', 'system'],
  evaluate({ clock, system }, context): Evaluation {
    const { services, isContainer } = clock;
    const silent = whoIsSilent(clock);
    const kept = { service: keeperOf(services), nixos: context.nixos };
    const finding =
      wrongYear(system.now, kept) ??
      difference(context, clock, kept) ??
      (isContainer || silent !== undefined ? undefined : unsynchronized(clock, context.now, kept));
    return {
      findings: finding === undefined ? [] : [finding],
      lookedAt: { hostClocks: 1 },
      notChecked:
        silent !== undefined && finding === undefined ? [`whether the clock is synchronized: ${silent}`] : [],
      ...(isContainer
        ? { note: 'this is a container: it uses the clock of the machine that it runs on' }
        : {}),
    };
  },
});

function whoIsSilent({ services, isSynchronized, chronyLeap }: Clock): string | undefined {
  if (isSynchronized || chronyLeap !== undefined) return undefined;
  const active = services.find(
    ({ id, activeState }) => activeState === 'active' && Object.hasOwn(SILENT, id),
  );
  return SILENT[active?.id ?? ''];
}

type Kept = Parameters<typeof kinds.notSynchronized.finding>[0];

/** The one that runs, else one that could. */
const keeperOf = (services: readonly TimeService[]) =>
  services.find(({ activeState }) => activeState === 'active') ??
  services.find(({ activeState }) => activeState !== 'inactive') ??
  services.find(({ loadState }) => loadState === 'loaded') ??
  services[0];

const SUBJECT = 'clock';

function wrongYear(now: number, kept: Kept): FindingDraft | undefined {
  const year = new Date(now).getUTCFullYear();
  if (year >= FIRST_YEAR) return undefined;
  return kinds.wrongYear.finding(
    { ...kept, year },
    {
      subject: SUBJECT,
      evidence: [
        { source: 'date', observed: new Date(now).toISOString(), expected: `${FIRST_YEAR} or later` },
      ],
    },
  );
}

function difference({ now, answered }: Context, clock: Clock, kept: Kept): FindingDraft | undefined {
  const { isSynchronized } = clock;
  if (answered === undefined) return undefined;
  const ahead = now - answered.to;
  const behind = answered.from - (now + SECOND_MS);
  if (Math.max(ahead, behind) <= DIFFERS_MS) return undefined;
  const ms = now + SECOND_MS / 2 - (answered.from + answered.to) / 2;
  return kinds.differs.finding(
    { ...kept, ms, isSynchronized },
    {
      subject: SUBJECT,
      // Then that of the other machine is as likely wrong.
      ...(isSynchronized ? { status: 'warn' as const } : {}),
      evidence: [
        {
          source: 'date',
          observed: new Date(now).toISOString(),
          expected: `${new Date(answered.to).toISOString()}, the time on the machine that runs hsdoctor`,
        },
        synchronization(clock),
      ],
    },
  );
}

const synchronization = ({ isSynchronized, chronyLeap }: Clock) =>
  chronyLeap === undefined
    ? { source: 'timedatectl show', observed: `NTPSynchronized=${isSynchronized ? 'yes' : 'no'}` }
    : { source: 'chronyc tracking', observed: `Leap status: ${chronyLeap}` };

function unsynchronized(clock: Clock, now: number, kept: Kept): FindingDraft | undefined {
  const { isSynchronized, chronyLeap, uptimeMs } = clock;
  const { activeSince = 0, activeState } = kept.service ?? {};
  const isStarting =
    activeState === 'activating' || (activeState === 'active' && now - activeSince < FIRST_MS);
  if (isSynchronized || isStarting || (uptimeMs !== undefined && uptimeMs < FIRST_MS)) return undefined;
  const { service } = kept;
  return kinds.notSynchronized.finding(kept, {
    subject: SUBJECT,
    evidence: [
      {
        ...synchronization(clock),
        expected: chronyLeap === undefined ? 'NTPSynchronized=yes' : 'Leap status: Normal',
      },
      service === undefined
        ? { source: 'systemctl show', observed: 'no NTP service is installed' }
        : {
            source: `systemctl show ${service.id}`,
            observed: `${service.loadState}, ${service.activeState}`,
          },
    ],
  });
}
