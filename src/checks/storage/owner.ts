import type { Container } from '../../facts/host/containers.ts';
import type { Filesystems } from '../../facts/host/filesystems.ts';
import type { FindingDraft } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { isBelow, mountOf } from '../shared/mounts.ts';
import * as kinds from './kinds.ts';
import type { Use } from './uses.ts';

/** Programs write to what they find there; a folder of media may be only read. */
const DATA =
  /^\/(?:config|data|app\/data|usr\/src\/app\/upload|var\/lib\/(?:postgresql|mysql|mariadb|redis|grafana|influxdb2?)(?:\/.*)?)$/;

interface User {
  readonly uid: number;
  /** Undefined where its first group is one of the image's. */
  readonly groups: readonly number[] | undefined;
}

/** Who the container runs as, where that is given by number: a name is one of the image, and root may write everywhere. */
function userOf({ user = '', groups }: Container): User | undefined {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
  if (uid === undefined || Number(uid) === 0) return undefined;
  const more = (groups ?? []).flatMap((group) => (/^\d+$/.test(group) ? [Number(group)] : []));
  return { uid: Number(uid), groups: gid === undefined ? undefined : [Number(gid), ...more] };
}

/** From here on numbers are those of a user namespace. */
const MAPPED = 65_536;

const bit = (mode: string, who: number) => (Number.parseInt(mode.at(-who) ?? '0', 8) & 2) !== 0;

/** Folders that a container has to write to and cannot. */
export function wrongOwners(
  uses: readonly Use[],
  containers: readonly Container[],
  filesystems: Filesystems,
): FindingDraft[] {
  return uses.flatMap((use) => {
    const { seen, destination = '', writable, path, container } = use;
    const found =
      firstWith(containers, 'name', container) ?? firstWith(containers, 'unit', use.unit?.id ?? '-');
    const user = found === undefined ? undefined : userOf(found);
    if (seen?.state !== 'present' || !writable || user === undefined || found === undefined) return [];
    // These decide by who asks, and not by the number that is shown.
    if (
      /^(?:cifs|smb3|fuse.*|vfat|exfat|ntfs3?|9p|virtiofs)$/.test(mountOf(filesystems, use.real)?.type ?? '')
    )
      return [];
    const database = seen.postgres;
    if (database !== undefined)
      return database.uid === user.uid
        ? []
        : [finding(use, found, user, { folder: database.folder, owner: database.uid, postgres: true })];
    const { uid = -1, gid = -1, mode = '777', isFolder, hasAcl } = seen;
    if (hasAcl || uid >= MAPPED || (user.groups === undefined && bit(mode, 2))) return [];
    const may = uid === user.uid ? bit(mode, 3) : user.groups?.includes(gid) ? bit(mode, 2) : bit(mode, 1);
    if (may || isFolder !== true || !DATA.test(destination)) return [];
    return [finding(use, found, user, { folder: path, owner: uid, postgres: false })];
  });
}

function finding(
  { container, seen, unit }: Use,
  { user = '' }: Container,
  { uid }: User,
  { folder, owner, postgres }: { folder: string; owner: number; postgres: boolean },
): FindingDraft {
  return kinds.wrongOwner.finding(
    { container, folder, owner, uid, postgres, user },
    {
      subject: folder,
      status: postgres ? 'fail' : 'warn',
      evidence: [
        {
          source: `stat ${folder}`,
          observed: `owner ${owner}${postgres ? '' : `, mode ${seen?.mode}`}`,
          expected: `owner ${uid}`,
        },
        { source: `podman inspect ${container}`, observed: `runs as user ${user}` },
      ],
      explainedBy: [
        { check: 'immich-database', subject: container },
        ...(unit === undefined ? [] : [{ check: 'immich-database', subject: unit.id }]),
      ],
    },
  );
}

/** Kept in memory on purpose, or made again at each boot. */
const MADE_AGAIN = /^\/(?:run|tmp|var\/tmp|var\/cache|var\/run|dev|etc|nix|root\/\.cache)(?:\/|$)/;

/** A volume without a name goes with its container. */
const OF_NOBODY = /\/volumes\/[0-9a-f]{64}\//;

/** Data of a container in a root that is memory: a folder that nobody chose to keep is gone after a reboot. */
export function inMemory(uses: readonly Use[], filesystems: Filesystems): FindingDraft[] {
  const root = firstWith(filesystems.mounts, 'point', '/');
  if (root?.type !== 'tmpfs') return [];
  const lost = uses.filter(
    ({ real, seen, writable }) =>
      writable &&
      seen?.state === 'present' &&
      seen.isFolder === true &&
      !MADE_AGAIN.test(real) &&
      !OF_NOBODY.test(real) &&
      mountOf(filesystems, real) === root &&
      !filesystems.declared.some(
        ({ point }) => real === point || (real.startsWith(`${point === '/' ? '' : point}/`) && point !== '/'),
      ),
  );
  return [...Map.groupBy(lost, ({ path }) => path)].map(([path, of]) =>
    kinds.inMemory.finding(
      { path, container: of[0]?.container ?? '' },
      {
        subject: path,
        status: of.some(({ destination = '' }) => DATA.test(destination)) ? 'fail' : 'warn',
        evidence: [
          { source: '/proc/self/mountinfo', observed: `${path} is on the tmpfs at /`, expected: 'a disk' },
        ],
      },
    ),
  );
}

/** A folder that a running container writes to, and that is gone from where it was. */
export function goneFolders(uses: readonly Use[], { declared }: Filesystems): FindingDraft[] {
  const gone = uses.filter(
    ({ path, seen, writable, isRunning }) =>
      isRunning && writable && seen?.state === 'missing' && !MADE_AGAIN.test(path),
  );
  return [...Map.groupBy(gone, ({ path }) => path)].flatMap(([path, [use]]) => {
    if (use === undefined) return [];
    const { container, destination = '' } = use;
    return [
      kinds.folderGone.finding(
        { path, container, destination },
        {
          subject: path,
          evidence: [
            {
              source: `stat ${path}`,
              observed: 'does not exist',
              expected: `${destination} of ${container}`,
            },
          ],
          affects: { what: container, state: 'degraded', cause: `its folder ${path} no longer exists` },
          explainedBy: declared
            .filter(({ point }) => isBelow(path, point) && point !== '/')
            .map(({ point }) => ({ check: 'storage', subject: point })),
        },
      ),
    ];
  });
}
