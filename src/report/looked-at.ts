import { LOOKED_AT, type LookedAtKey, type TargetReport } from '../model/report.ts';
import { counted } from '../text/amount.ts';

/** What each is called: by its number, or of which there is but one. */
const NOUNS: Readonly<Record<LookedAtKey, string | { readonly one: string } | undefined>> = {
  containers: 'container',
  units: 'unit',
  secrets: 'secret',
  publishedPorts: 'published port',
  tailnetAddresses: 'Tailscale address',
  kernelLogs: { one: 'the kernel log' },
  failedUnitLists: { one: 'the list of failed units' },
  uploadAgents: 'upload agent',
  uploadLocks: 'upload lock',
  uploadLogs: 'upload log',
  uploadKeys: 'key file',
  uploadFolders: 'upload folder',
  uploadScripts: 'upload script',
  immichServers: 'Immich server',
  nixFiles: '.nix file',
  options: 'option',
  images: 'image',
  waivers: 'waiver',
  // That they could be read says nothing of what they tell.
  sources: undefined,
};

/** `9 containers, 4 secrets, the kernel log`: what was looked at, and so is what can be said to be in order. */
export function lookedAtText({ lookedAt }: Pick<TargetReport, 'lookedAt'>): string {
  const told = LOOKED_AT.flatMap((key) => {
    const number = lookedAt[key] ?? 0;
    const noun = NOUNS[key];
    if (number === 0 || noun === undefined) return [];
    return [typeof noun === 'string' ? counted(number, noun) : noun.one];
  });
  return told.length === 0 ? 'nothing' : told.join(', ');
}
