import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { Text } from '../../facts/config/text.ts';
import type { TmpfilesRule } from '../../facts/config/tmpfiles.ts';
import { type Several, several } from '../../model/known.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { HOLE, withHoles } from '../shared/holes.ts';
import { withImage } from '../shared/image.ts';
import { type Reached, reachedBy } from '../shared/reached.ts';
import { runOptions } from '../shared/run-options.ts';
import { stands } from '../shared/stands.ts';
import { notWritable } from './kinds.ts';

const REDIS = { host: 'REDIS_HOSTNAME', fallback: 'redis', url: 'REDIS_URL' };
const DATA = '/data';
/** The user that the start script of both images changes to, and gives /data to before that. */
const REDIS_USER = '999';

export const source = judgeSource({
  needs: ['containers'],
  wants: ['tmpfiles', 'literals'],
  evaluate({ containers, tmpfiles = several<TmpfilesRule>([]), literals }, { folder }) {
    const servers = withImage(containers, (name) => name === 'immich-server');
    const redis = withImage(containers, (name) => name === 'redis' || name === 'valkey').found.filter(
      ({ image }) => image.state === 'known' && !/bitnami/.test(image.value.text),
    );
    const reached = servers.found.map((server) => reachedBy(server, REDIS, containers));
    const own = containers.filter((container) => isImmichs(container, redis, reached));
    const doubt = reached.find((each) => each.state === 'unknown');
    const doubted = doubt === undefined ? [] : redis.filter((container) => !own.includes(container));
    if (own.length === 0 && doubted.length === 0 && servers.open.length === 0)
      return { skip: "no container is declared that is Immich's Redis" };
    const judged = own.map((container) => judge(container, tmpfiles, { literals, folder }));
    const perhaps = doubted.filter((container) => {
      const { finding, unseen } = judge(container, tmpfiles, { literals, folder });
      return finding !== undefined || unseen.length > 0;
    });
    return {
      findings: judged.flatMap(({ finding }) => finding ?? []),
      unseen: [
        ...judged.flatMap(({ unseen }) => unseen),
        ...perhaps.map(({ name }) => `whether ${name} is Immich's Redis is not known: ${doubt?.reason}`),
        ...(own.length === 0 ? servers.open : []),
      ],
      lookedAt: { containers: own.length },
    };
  },
});

function isImmichs(
  container: DeclaredContainer,
  redis: readonly DeclaredContainer[],
  reached: readonly Reached[],
): boolean {
  const isReached = reached.some((each) => each.state === 'known' && each.value === container);
  if (redis.includes(container)) return isReached || /immich/i.test(container.name);
  return isReached && container.image.state === 'unknown';
}

interface Judged {
  readonly finding?: FindingDraft;
  readonly unseen: readonly string[];
}

function judge(
  container: DeclaredContainer,
  tmpfiles: Several<TmpfilesRule>,
  { literals, folder }: { readonly literals: Literals | undefined; readonly folder: string },
): Judged {
  const { name, cmd, user, volumes, extraOptions, image } = container;
  const command = cmd.items.map(({ text }) => text);
  const save = command.indexOf('--save');
  const savesNothing = save >= 0 && (command[save + 1] ?? '').replace(/["']/g, '') === '';
  if (savesNothing) return { unseen: [] };
  const options = runOptions(extraOptions);
  const mounts = [...volumes.items, ...options.values('volume'), ...options.values('mount')].map(mountOf);
  const mount = mounts.find(({ target }) => target === DATA);
  if (mount === undefined) {
    const open =
      (volumes.rest ?? options.rest)?.reason ??
      (mounts.some(({ target }) => target === undefined) ? 'one of its volumes is not known' : undefined);
    return {
      unseen: open === undefined ? [] : [`whether ${name} has a volume on /data is not known: ${open}`],
    };
  }
  const { source, at, written } = mount;
  if (source === 'named') return { unseen: [] };
  if (image.state !== 'known')
    return { unseen: [`which image ${name} runs is not known: ${writtenBy(image)}`] };
  const given = options.values('user').at(-1) ?? (user.state === 'known' ? user.value : undefined);
  const writer = given === undefined ? REDIS_USER : (given.text.split(':')[0] ?? '');
  const isMapped = options.has('userns') || options.has('uidmap') || options.has('subuidname');
  const folderAt = source ?? written;
  const rule = source === undefined ? undefined : ruleFor(source, tmpfiles.items);
  const open = (why: string): Judged => ({
    unseen: [`whether ${name} may write to ${folderAt}, its /data, is not known: ${why}`],
  });
  if (rule === undefined) return open('nothing here says who owns the folder');
  if (isMapped) return open('its users are mapped to others');
  const isRoot = writer === '0' || writer === 'root' || given === undefined;
  const takesOver = isRoot;
  const runsAs = isRoot ? REDIS_USER : writer;
  if (!/^\d+$/.test(runsAs)) return open(`it runs as ${runsAs}`);
  const onlyOnCreation = rule.user.startsWith(':');
  const owner = rule.user.replace(/^:/, '');
  if (owner === '-' || onlyOnCreation) {
    // Nobody takes the folder back that the start script gives to Redis.
    return takesOver ? { unseen: [] } : open('nothing here says who owns the folder');
  }
  const number = owner === 'root' ? '0' : owner;
  const ownerName = number === '0' ? 'root' : owner;
  if (number === runsAs) return { unseen: [] };
  if (!/^\d+$/.test(number)) return open(`it belongs to ${owner}`);
  const mode = rule.mode.replace(/^[~:]+/, '');
  if (mode.includes('$')) return open(`its mode is ${mode}`);
  if (/^[0-7]*[2367]$/.test(mode)) return { unseen: [] };
  const group = rule.group.replace(/^:/, '');
  if (/^[0-7]*[2367][0-7]$/.test(mode) && !['root', '0'].includes(group))
    return open(`its group is ${group}`);
  // The last rule tells, and there may be another.
  if (tmpfiles.rest !== undefined) return open(tmpfiles.rest.reason);
  return {
    unseen: [],
    finding: notWritable.finding(
      {
        name,
        data: folderAt,
        written,
        owner: ownerName,
        runsAs,
        takesOver,
        // It may also be one of its extraOptions.
        literals: volumes.items.some(({ text }) => text === written) ? literals : undefined,
        at,
        folder,
      },
      {
        subject: name,
        evidence: [
          stands(at, `volume ${written}`, 'no volume on /data'),
          stands(rule.at, `${folderAt} is given to ${ownerName}, mode ${rule.mode}`),
        ],
      },
    ),
  };
}

const writtenBy = (image: DeclaredContainer['image']): string =>
  image.state === 'unknown' ? image.reason : 'it is not set';

interface Mount {
  /** Undefined where it is not known. */
  readonly target: string | undefined;
  /** The folder of the host; `named` for a volume of podman's own; undefined where it is not known. */
  readonly source: string | undefined;
  readonly written: string;
  readonly at: Text['at'];
}

/** `source:target`, or `type=bind,source=...,target=...`. */
function mountOf(volume: Text): Mount {
  const { text, at } = volume;
  const fields = new Map(
    text.split(',').flatMap((field) => {
      const [, key = '', value = ''] = /^([\w-]+)=(.*)$/.exec(field) ?? [];
      return key === '' ? [] : [[key, value] as const];
    }),
  );
  const isFields = !text.includes(':') && fields.size > 0;
  const [source = '', target] = isFields
    ? [
        fields.get('source') ?? fields.get('src') ?? '',
        fields.get('target') ?? fields.get('destination') ?? fields.get('dst') ?? '',
      ]
    : text.split(':');
  // One word is a volume without a name; with a hole in it, it may be anything.
  const isWhole = target !== undefined || !withHoles(volume).includes(HOLE);
  const place = target === undefined ? source : target;
  return {
    target: !isWhole || place.includes('${') ? undefined : place.replace(/(.)\/+$/, '$1'),
    source: sourceOf(target === undefined ? '' : source),
    written: text,
    at,
  };
}

function sourceOf(source: string): string | undefined {
  // What has no name cannot be compared with what a rule says.
  if (/\$\{…\}/.test(source)) return undefined;
  if (source.startsWith('${')) return source;
  return /^[/.~]/.test(source) ? source.replace(/(.)\/+$/, '$1') : 'named';
}

/** What says last whose folder it is. */
function ruleFor(path: string, rules: readonly TmpfilesRule[]): TmpfilesRule | undefined {
  const of = (rule: TmpfilesRule) => rule.path.replace(/(.)\/+$/, '$1');
  const adjusting = rules.filter(
    (rule) =>
      rule.user !== '-' &&
      ((rule.type === 'z' && of(rule) === path) ||
        (rule.type === 'Z' && (of(rule) === path || path.startsWith(`${of(rule)}/`)))),
  );
  return adjusting.at(-1) ?? rules.find((rule) => /[dDevqQ]/.test(rule.type) && of(rule) === path);
}
