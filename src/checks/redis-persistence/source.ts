import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { Text } from '../../facts/config/text.ts';
import type { TmpfilesRule } from '../../facts/config/tmpfiles.ts';
import { ifKnown, type Several, several } from '../../model/known.ts';
import { type Judged, judgeSource, together } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { HOLE, withHoles } from '../shared/holes.ts';
import { withImage } from '../shared/image.ts';
import { reachedBy } from '../shared/reached.ts';
import { runOptions } from '../shared/run-options.ts';
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
    const used = new Set(reached.map((each) => ifKnown(each)));
    const own = containers.filter((container) => isImmichs(container, redis, used));
    const doubt = reached.find((each) => each.state === 'unknown');
    const doubted = doubt === undefined ? [] : redis.filter((container) => !own.includes(container));
    if (own.length === 0 && doubted.length === 0 && servers.open.length === 0)
      return { skip: "no container is declared that is Immich's Redis" };
    const judged = own.map((container) =>
      judge(container, tmpfiles, {
        literals,
        folder,
        isShared: isShared(container, containers, servers.found),
      }),
    );
    const perhaps = doubted.filter((container) => {
      const { findings, notChecked } = together([
        judge(container, tmpfiles, { literals, folder, isShared: true }),
      ]);
      return findings.length + notChecked.length > 0;
    });
    return {
      ...together([
        ...judged,
        ...perhaps.map(({ name }) => ({
          notChecked: `whether ${name} is Immich's Redis is not known: ${doubt?.reason}`,
        })),
        { notChecked: own.length === 0 ? servers.open : [] },
      ]),
      lookedAt: { containers: own.length },
    };
  },
});

function isImmichs(
  container: DeclaredContainer,
  redis: readonly DeclaredContainer[],
  used: ReadonlySet<DeclaredContainer | undefined>,
): boolean {
  const isReached = used.has(container);
  if (redis.includes(container)) return isReached || /immich/i.test(container.name);
  return isReached && container.image.state === 'unknown';
}

/** Another program than Immich names it, and may keep there what it needs again. */
function isShared(
  { name }: DeclaredContainer,
  containers: readonly DeclaredContainer[],
  servers: readonly DeclaredContainer[],
): boolean {
  return containers.some(
    (other) =>
      other.name !== name &&
      !servers.includes(other) &&
      other.environment.items.some(({ items }) =>
        items.some(({ text }) => text.split(/[^A-Za-z0-9_.-]+/).includes(name)),
      ),
  );
}

function judge(
  container: DeclaredContainer,
  tmpfiles: Several<TmpfilesRule>,
  {
    literals,
    folder,
    isShared,
  }: { readonly literals: Literals | undefined; readonly folder: string; readonly isShared: boolean },
): Judged {
  const { name, volumes, extraOptions, image } = container;
  if (savesNothing(container)) return {};
  const options = runOptions(extraOptions);
  const { mount, open } = dataMount(container, options);
  if (mount === undefined)
    return {
      notChecked: open === undefined ? [] : [`whether ${name} has a volume on /data is not known: ${open}`],
    };
  const { source, at, written } = mount;
  if (source === 'named') return {};
  if (image.state !== 'known')
    return { notChecked: [`which image ${name} runs is not known: ${writtenBy(image)}`] };
  const data = source ?? written;
  const rule = source === undefined ? undefined : ruleFor(source, tmpfiles.items);
  const writer = writerOf(container, options);
  const access = rule === undefined ? NOBODY_SAYS : accessOf(writer, rule);
  if (access === 'allowed') return {};
  // The last rule tells, and there may be another.
  const why = 'open' in access ? access.open : tmpfiles.rest?.reason;
  if (rule === undefined || 'open' in access || why !== undefined)
    return { notChecked: [`whether ${name} may write to ${data}, its /data, is not known: ${why}`] };
  const { owner } = access;
  return {
    finding: notWritable.finding(
      {
        name,
        data,
        written,
        owner,
        runsAs: writer.runsAs,
        takesOver: writer.takesOver,
        // It may also be one of its extraOptions.
        literals: volumes.items.some(({ text }) => text === written) ? literals : undefined,
        isShared,
        at,
        folder,
      },
      {
        subject: name,
        evidence: [
          evidenceAt(at, `volume ${written}`, 'no volume on /data'),
          evidenceAt(rule.at, `${data} is given to ${owner}, mode ${rule.mode}`),
        ],
      },
    ),
  };
}

function savesNothing({ cmd }: DeclaredContainer): boolean {
  const command = cmd.items.map(({ text }) => text);
  const save = command.indexOf('--save');
  return save >= 0 && (command[save + 1] ?? '').replace(/["']/g, '') === '';
}

type Options = ReturnType<typeof runOptions>;

/** What is mounted on /data, or why that is not known. */
function dataMount(
  { volumes }: DeclaredContainer,
  options: Options,
): { readonly mount?: Mount | undefined; readonly open?: string | undefined } {
  const mounts = [...volumes.items, ...options.values('volume'), ...options.values('mount')].map(mountOf);
  const mount = mounts.find(({ target }) => target === DATA);
  if (mount !== undefined) return { mount };
  const rest = volumes.rest ?? options.rest;
  if (rest !== undefined) return { open: rest.reason };
  return mounts.some(({ target }) => target === undefined) ? { open: 'one of its volumes is not known' } : {};
}

interface Writer {
  readonly runsAs: string;
  /** Its start script gives it the folder. */
  readonly takesOver: boolean;
  /** Its users are others on the host. */
  readonly isMapped: boolean;
}

function writerOf({ user, isRootless }: DeclaredContainer, options: Options): Writer {
  const given = options.values('user').at(-1) ?? (user.state === 'known' ? user.value : undefined);
  const name = given?.text.split(':')[0] ?? '';
  const takesOver = given === undefined || name === '0' || name === 'root';
  return {
    runsAs: takesOver ? REDIS_USER : name,
    takesOver,
    isMapped:
      isRootless === true || options.has('userns') || options.has('uidmap') || options.has('subuidname'),
  };
}

/** The folder is another's, that it may be written to, or why neither is known. */
type Access = { readonly owner: string } | 'allowed' | { readonly open: string };

const NOBODY_SAYS: Access = { open: 'nothing here says who owns the folder' };

function accessOf({ runsAs, takesOver, isMapped }: Writer, rule: TmpfilesRule): Access {
  if (isMapped) return { open: 'its users are mapped to others' };
  if (!/^\d+$/.test(runsAs)) return { open: `it runs as ${runsAs}` };
  const onlyOnCreation = rule.user.startsWith(':');
  const owner = rule.user.replace(/^:/, '');
  // Nobody takes the folder back that the start script gives to Redis.
  if (owner === '-' || onlyOnCreation) return takesOver ? 'allowed' : NOBODY_SAYS;
  const number = owner === 'root' ? '0' : owner;
  if (number === runsAs) return 'allowed';
  if (!/^\d+$/.test(number)) return { open: `it belongs to ${owner}` };
  const mode = rule.mode.replace(/^[~:]+/, '');
  if (mode.includes('$')) return { open: `its mode is ${mode}` };
  if (/^[0-7]*[2367]$/.test(mode)) return 'allowed';
  const group = rule.group.replace(/^:/, '');
  if (/^[0-7]*[2367][0-7]$/.test(mode) && !['root', '0'].includes(group))
    return { open: `its group is ${group}` };
  return { owner: number === '0' ? 'root' : owner };
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
