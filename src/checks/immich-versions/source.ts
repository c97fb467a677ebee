import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { portsOfImage } from '../../facts/config/immich-servers.ts';
import { publishedIn } from '../../facts/config/listener.ts';
import type { Literals } from '../../facts/config/literals.ts';
import { settingOf } from '../../facts/config/stated.ts';
import { type Text, wholeText } from '../../facts/config/text.ts';
import { ifKnown } from '../../model/known.ts';
import { type Judged, judgeSource, together } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { HOLE } from '../shared/holes.ts';
import { imageOf, withImage } from '../shared/image.ts';
import { ML_IMAGE, withoutAccelerator } from '../shared/machine-learning.ts';
import { reachedBy } from '../shared/reached.ts';
import * as kinds from './kinds.ts';

const DATABASE = { host: 'DB_HOSTNAME', fallback: 'database', url: 'DB_URL' };
/** From this major version on the server refuses to start with pgvecto.rs. */
const WITHOUT_PGVECTO = 3;

export const source = judgeSource({
  needs: ['containers'],
  wants: ['literals'],
  evaluate({ containers, literals }, { folder }) {
    const servers = withImage(containers, (name) => name === 'immich-server');
    const learning = withImage(containers, (name) => ML_IMAGE.test(name));
    const databases = withImage(containers, (name) => name === 'pgvecto-rs');
    const open = [...new Set([...servers.open, ...learning.open])];
    if (servers.found.length === 0)
      return open.length > 0
        ? { findings: [], notChecked: open, lookedAt: {} }
        : { skip: 'no container with the image of the Immich server is declared' };
    const compared = learning.found.map((container) => compare(container, servers.found, literals, folder));
    const stored = servers.found.map((server) =>
      judgeDatabase(server, databases.found, databases.open, containers, folder),
    );
    const published = servers.found.map((server) => judgePort(server, folder));
    const { findings, notChecked } = together([...compared, ...stored, ...published]);
    const pinned = [...servers.found, ...learning.found].some(({ image }) => {
      return image.state === 'known' && imageOf(image.value).digest !== undefined;
    });
    return {
      // Several servers may share one database.
      findings: [...new Map(findings.map((finding) => [finding.subject, finding])).values()],
      notChecked: [...open, ...new Set(notChecked)],
      lookedAt: { images: servers.found.length + learning.found.length + databases.found.length },
      ...(pinned ? { note: 'the tags are compared; which version a digest has is in no file' } : {}),
    };
  },
});

/** The server that it is most like decides: of two installations each has its own. */
function compare(
  container: DeclaredContainer,
  servers: readonly DeclaredContainer[],
  literals: Literals | undefined,
  folder: string,
): Judged {
  const own = versionOf(container);
  const others = servers.map((server) => ({ server, relation: relationOf(own, versionOf(server)) }));
  if (others.some(({ relation }) => relation === 'same')) return { notChecked: [] };
  if (others.some(({ relation }) => relation === 'unknown'))
    return {
      notChecked: [
        `whether ${container.name} and ${servers.map(({ name }) => name).join(', ')} have the same version is not known: ${[container, ...servers].map(writtenImage).join(', ')}`,
      ],
    };
  const nearest = others.find(({ relation }) => relation === 'floats') ?? others[0];
  const { name, image } = container;
  if (nearest === undefined || image.state !== 'known') return { notChecked: [] };
  const { server, relation } = nearest;
  const theirs = server.image.state === 'known' ? server.image : undefined;
  const expected = versionOf(server)?.tag;
  const differs = relation === 'differs';
  const { repository, tag = '' } = imageOf(image.value);
  const wanted = `${expected}${tag.slice(withoutAccelerator(tag).length)}`;
  return {
    notChecked: [],
    finding: (differs ? kinds.differentVersions : kinds.movingTag).finding(
      {
        name,
        server: server.name,
        own: own?.tag,
        expected,
        repository,
        wanted,
        literals: wholeText(theirs) === undefined ? undefined : literals,
        at: image.at,
        folder,
      },
      {
        subject: name,
        evidence: [
          evidenceAt(image.at, `image ${image.value.text}`, `the tag ${expected}`),
          evidenceAt(theirs?.at, `image ${writtenImage(server)}`),
        ],
      },
    ),
  };
}

interface Version {
  readonly text: Text;
  /** What it is called, without what says which accelerator it is for. */
  readonly tag: string;
  /** The same with holes, without the `v`. */
  readonly number: string;
}

/** Undefined where nothing but a digest tells it, or nothing at all. */
function versionOf({ image }: DeclaredContainer): Version | undefined {
  if (image.state !== 'known') return undefined;
  const { tag, digest, repository } = imageOf(image.value);
  if (tag === undefined && (digest !== undefined || repository.endsWith(HOLE))) return undefined;
  const [reference = ''] = image.value.text.split('@');
  const shown = tag?.includes(HOLE)
    ? reference.slice(reference.indexOf(':', reference.lastIndexOf('/')) + 1)
    : tag;
  return {
    text: image.value,
    tag: withoutAccelerator(shown ?? 'latest'),
    number: withoutAccelerator(tag ?? 'latest').replace(/^v(?=[\d\uFFFC])/, ''),
  };
}

const writtenImage = ({ image }: DeclaredContainer): string =>
  image.state === 'known' ? image.value.text : 'not known';

type Relation = 'same' | 'differs' | 'floats' | 'unknown';

function relationOf(one: Version | undefined, other: Version | undefined): Relation {
  if (one === undefined || other === undefined) return 'unknown';
  const isOpen = one.number.includes(HOLE) || other.number.includes(HOLE);
  if (isOpen) {
    if (one.number === other.number && sameHoles(one.text, other.text)) return 'same';
    const [a, b] = [majorOf(one.number), majorOf(other.number)];
    return a !== undefined && b !== undefined && a !== b ? 'differs' : 'unknown';
  }
  if (one.number === other.number) return 'same';
  if (!/^\d/.test(one.number) || !/^\d/.test(other.number)) return 'floats';
  // `v2` is the newest of all that begin with it.
  return one.number.startsWith(`${other.number}.`) || other.number.startsWith(`${one.number}.`)
    ? 'floats'
    : 'differs';
}

/** Whether what is not known in the tags is one and the same value. */
function sameHoles(one: Text, other: Text): boolean {
  const [a, b] = [holesOfTag(one), holesOfTag(other)];
  return a.length === b.length && a.every((name, index) => name !== undefined && name === b[index]);
}

function holesOfTag({ parts }: Text): readonly (string | undefined)[] {
  const colon = parts.findLastIndex((part) => typeof part === 'string' && /:[^/]*$/.test(part));
  return parts
    .slice(Math.max(colon, 0))
    .flatMap((part) =>
      typeof part === 'string' ? [] : [part.arguments.length === 0 ? part.name : undefined],
    );
}

function majorOf(number: string): number | undefined {
  const [, major] = /^(\d+)(?:\.|$)/.exec(number) ?? [];
  return major === undefined ? undefined : Number(major);
}

/** A port of an older or newer Immich: nothing in the container listens there. */
function judgePort(server: DeclaredContainer, folder: string): Judged {
  const { name, image, ports, extraOptions, environment, environmentFiles } = server;
  const own = settingOf(environment, 'IMMICH_PORT')?.items[0];
  const written = wholeText(image);
  const set = own === undefined ? undefined : [wholeText(own) ?? ''];
  const wanted = set ?? portsOfImage(written ?? '');
  const [port = '', another] = wanted;
  if (port === '' || another !== undefined) return {};
  const published = [...ports.items, ...publishedIn(extraOptions.items)].map((text) => ({
    text,
    inside: /:(\d+)(?:\/tcp)?$/.exec(text.text)?.[1],
  }));
  const wrong = published.find(({ inside }) => inside !== undefined && IMMICH_PORTS.has(inside));
  if (wrong === undefined || published.some(({ inside }) => inside === port)) return {};
  if (set === undefined && (environmentFiles.items.length > 0 || environment.rest !== undefined))
    return { notChecked: [`which port ${name} listens on is not known: a file may set IMMICH_PORT`] };
  return {
    finding: kinds.otherPort.finding(
      { name, port, inside: wrong.inside ?? '', at: wrong.text.at, folder },
      {
        subject: name,
        evidence: [
          evidenceAt(wrong.text.at, `ports ${wrong.text.text}`, `port ${port} of the container`),
          own === undefined
            ? evidenceAt(image.state === 'known' ? image.at : undefined, `image ${written}`)
            : evidenceAt(own.at, `IMMICH_PORT = ${port}`),
        ],
      },
    ),
  };
}

const IMMICH_PORTS: ReadonlySet<string> = new Set(['2283', '3001']);

function judgeDatabase(
  server: DeclaredContainer,
  databases: readonly DeclaredContainer[],
  open: readonly string[],
  containers: readonly DeclaredContainer[],
  folder: string,
): Judged {
  const version = versionOf(server);
  const major = version === undefined ? undefined : majorOf(version.number);
  if (major !== undefined && major < WITHOUT_PGVECTO) return { notChecked: [] };
  const reached = reachedBy(server, DATABASE, containers);
  const used = ifKnown(reached);
  const database = used === undefined ? databases[0] : databases.find(({ name }) => name === used.name);
  if (database === undefined) {
    const unread =
      used?.image.state === 'unknown' ? open.filter((sentence) => sentence.includes(used.name)) : [];
    return { notChecked: major === undefined ? [] : unread };
  }
  if (used === undefined) {
    const reason = reached.state === 'unknown' ? reached.reason : 'the name is not a container';
    return {
      notChecked: [`whether ${server.name} uses the database ${database.name} is not known: ${reason}`],
    };
  }
  if (database.image.state !== 'known') return { notChecked: [] };
  const follows = version !== undefined && !/[\d\uFFFC]/.test(version.number.slice(0, 1));
  if (major === undefined && !follows)
    return {
      notChecked: [
        `whether ${server.name} still works with pgvecto.rs is not known: ${writtenImage(server)}`,
      ],
    };
  return {
    notChecked: [],
    finding: (major === undefined ? kinds.soonWithoutPgvecto : kinds.withoutPgvecto).finding(
      {
        server: server.name,
        tag: version?.tag,
        database: database.name,
        folder,
        at: database.image.at,
      },
      {
        subject: database.name,
        evidence: [
          evidenceAt(
            database.image.at,
            `image ${database.image.value.text}`,
            'ghcr.io/immich-app/postgres with VectorChord',
          ),
          evidenceAt(
            server.image.state === 'known' ? server.image.at : undefined,
            `image ${writtenImage(server)}`,
          ),
        ],
      },
    ),
  };
}
