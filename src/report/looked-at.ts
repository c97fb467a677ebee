import type { TargetReport } from '../model/report.ts';
import { counted } from '../text/amount.ts';
import { entryOf } from '../text/entry.ts';

/** What is not simply called by its key, or of which there is but one. */
const NOUNS: Readonly<Record<string, string | { readonly one: string }>> = {
  tailnetAddresses: 'Tailscale address',
  kernelLogs: { one: 'the kernel log' },
  hostMemories: { one: 'the memory of the host' },
  hostClocks: { one: 'the clock' },
  systemGenerations: { one: 'the running system' },
  failedUnitLists: { one: 'the list of failed units' },
  uploadKeys: 'key file',
  immichDatabases: 'Immich database',
  redisServers: 'Redis server',
  immichServers: 'Immich server',
  nixFiles: '.nix file',
};

/** That sources could be read says nothing of what they tell. */
const NOT_TOLD = 'sources';

/** `9 containers, 4 secrets, the kernel log`: what was looked at, and so is what can be said to be in order. */
export function lookedAtText({ lookedAt }: Pick<TargetReport, 'lookedAt'>): string {
  const inOrder = Object.entries(lookedAt).toSorted(([a], [b]) => weightOf(a) - weightOf(b));
  const told = inOrder.flatMap(([key, number]) => {
    if (number === 0 || key === NOT_TOLD) return [];
    const noun = entryOf(NOUNS, key) ?? singular(key);
    return [typeof noun === 'string' ? counted(number, noun) : noun.one];
  });
  return told.length === 0 ? 'nothing' : told.join(', ');
}

/** What people ask for first stands first, and what holds all the rest last. */
const weightOf = (key: string) => (key === 'containers' ? 0 : key === 'nixFiles' ? 2 : 1);

/** `publishedPorts`: published port. */
const singular = (key: string) =>
  key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replace(/s$/, '');
