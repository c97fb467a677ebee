import type { DeclaredIdentities } from '../../facts/config/identities.ts';
import { type Text, wholeText } from '../../facts/config/text.ts';
import { ifKnown } from '../../model/known.ts';
import type { FindingDraft } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import type { Where } from './kinds.ts';
import * as kinds from './kinds.ts';

/** NixOS mounts these before anything else, whatever is said of them. */
const ALWAYS = ['/', '/nix', '/nix/store', '/var', '/var/log', '/var/lib', '/var/lib/nixos', '/etc', '/usr'];

type Late = NonNullable<ReturnType<typeof lateness>>;

/** Secrets are decrypted before most filesystems are mounted: a key on one of these is not there yet. */
export function identityFindings(
  declared: DeclaredIdentities,
  secrets: readonly string[],
  where: Where,
): { readonly findings: readonly FindingDraft[]; readonly notChecked: readonly string[] } {
  const { identities } = declared;
  if (secrets.length === 0 || identities.items.length === 0) return { findings: [], notChecked: [] };
  const judged = identities.items.map((identity) => ({ identity, late: lateness(identity, declared) }));
  const late = judged.filter((each): each is { identity: Text; late: Late } => each.late !== undefined);
  // One key that is there in time is enough.
  if (late.length < judged.length) return { findings: [], notChecked: [] };
  if (identities.rest !== undefined)
    return {
      findings: [],
      notChecked: [
        `whether a key that decrypts the secrets is there at boot is not known: ${identities.rest.reason}`,
      ],
    };
  const [first] = late;
  if (first === undefined) return { findings: [], notChecked: [] };
  const { identity } = first;
  return {
    findings: [
      kinds.identityTooLate.finding(
        { path: identity.text, ...first.late, at: identity.at ?? first.late.at, where },
        {
          subject: identity.text,
          evidence: late.map(({ identity: { text, at }, late: { why, at: because } }) =>
            evidenceAt(at ?? because, `age.identityPaths: ${text}, ${why}`, 'a key that is there at boot'),
          ),
        },
      ),
    ],
    notChecked: [],
  };
}

/** Why a key is not there when the secrets are decrypted; undefined where it is, or where nothing says. */
function lateness(identity: Text, { fileSystems, persisted }: DeclaredIdentities) {
  const path = wholeText(identity);
  if (path === undefined) return undefined;
  const kept = persisted.items.find((each) => isWithin(path, each.path));
  if (kept !== undefined)
    return {
      why: `which environment.persistence brings from ${kept.folder} only later`,
      mountPoint: undefined,
      // Where the same file lies all the time.
      instead: `${kept.folder.replace(/\/$/, '')}${path}`,
      at: kept.at,
    };
  const own = fileSystems.items
    .filter(({ mountPoint }) => isWithin(path, mountPoint))
    .toSorted((a, b) => b.mountPoint.length - a.mountPoint.length)[0];
  if (own === undefined) return undefined;
  const { mountPoint, type, neededForBoot, at } = own;
  if (['tmpfs', 'ramfs'].includes(wholeText(type) ?? ''))
    // Impermanence may keep more than what could be read.
    return persisted.rest === undefined && mountPoint === '/'
      ? {
          why: 'which is on a tmpfs and is gone after a reboot',
          mountPoint: undefined,
          instead: undefined,
          at,
        }
      : undefined;
  if (ALWAYS.includes(mountPoint) || neededForBoot.state === 'unknown' || ifKnown(neededForBoot) === true)
    return undefined;
  return { why: `on ${mountPoint}, which is mounted only later`, mountPoint, instead: undefined, at };
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
