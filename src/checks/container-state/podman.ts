import type { Facts } from '../../facts/host/index.ts';
import type { FindingDraft, Unread } from '../define.ts';
import { PODMAN } from './down.ts';
import * as kinds from './kinds.ts';

const REFUSES = /boot ID differs from cached boot ID|unhandled reboot has occurred|invalid internal status/i;
const FOLDERS = /delete director(?:ies|y) "([^"]{1,4000})"(?: and "([^"]{1,4000})")?/;

/** podman does nothing at all: what is known of its containers is an error, and not that there are none. */
export function podmanFinding(
  unread: readonly Unread[],
  { unitJournal, units, memoryGroups }: Pick<Facts, 'units'> & Partial<Known>,
): FindingDraft | undefined {
  const reason = unread.find(
    ({ probe, reason: text }) => probe === 'containers' && REFUSES.test(text),
  )?.reason;
  if (reason === undefined) return undefined;
  const said = unitJournal?.findLast(({ text }) => REFUSES.test(text));
  const [, ...folders] = FOLDERS.exec(reason) ?? FOLDERS.exec(said?.text ?? '') ?? [];
  const down = units.filter(({ engine, activeState }) => engine === 'podman' && activeState !== 'active');
  return kinds.podmanRefuses.finding(
    {
      folders: folders.filter((folder) => folder !== undefined),
      running: memoryGroups?.filter(({ path }) => path.includes('/libpod-')).length,
    },
    {
      subject: PODMAN,
      evidence: [
        { source: 'podman ps --all', observed: reason, expected: 'the list of its containers' },
        ...(said === undefined
          ? []
          : [{ source: `journalctl --unit=${said.unit}`, observed: said.text, at: said.at }]),
      ],
      ...(said === undefined ? {} : { since: firstOf(unitJournal ?? [])?.at ?? said.at }),
      affects: {
        what: PODMAN,
        state: 'down',
        cause: `refuses to work since the last reboot${down.length === 0 ? '' : `, and so ${down.length} of its units are down`}`,
      },
    },
  );
}

interface Known {
  readonly unitJournal: Facts['unitJournal'] | undefined;
  readonly memoryGroups: Facts['memoryGroups'] | undefined;
}

const firstOf = (messages: Facts['unitJournal']) => messages.find(({ text }) => REFUSES.test(text));
