import { ifKnown, isKnown, type Known, type Several, several } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type Data, isKind } from '../../nix/data.ts';
import { defineSourceFact, type HostReading, requireNixos } from './define.ts';
import { listed, statedText, statedTruth } from './stated.ts';
import { plainText, type Text, textOf, wholeText } from './text.ts';

/** The keys with which a machine decrypts its secrets when it boots, and on which file systems they are by then. */
export interface DeclaredIdentities {
  readonly identities: Several<Text>;
  readonly fileSystems: Several<FileSystem>;
  readonly persisted: Several<Persisted>;
}

interface FileSystem {
  readonly mountPoint: string;
  readonly type: Known<Text>;
  /** Mounted before the secrets are decrypted. */
  readonly neededForBoot: Known<boolean>;
  readonly at: SourceLocation | undefined;
}

/** What impermanence brings to its place when the system is already running. */
interface Persisted {
  /** Where it is kept: `/persist`. */
  readonly folder: string;
  /** The file or folder in its place: `/etc/ssh`. */
  readonly path: string;
  readonly at: SourceLocation | undefined;
}

const HOST_KEYS = ['/etc/ssh/ssh_host_rsa_key', '/etc/ssh/ssh_host_ed25519_key'];
const PERSISTENCE = ['environment', 'persistence'];

export const identities = defineSourceFact<DeclaredIdentities>({
  id: 'identities',
  reads: 'age.identityPaths, fileSystems, environment.persistence',
  options: [
    'age.identityPaths',
    'services.openssh.enable',
    'services.openssh.hostKeys',
    ...['fsType', 'neededForBoot'].map((key) => `fileSystems.*.${key}`),
    ...['directories', 'files'].map((key) => `${PERSISTENCE.join('.')}.*.${key}`),
  ],
  read({ host }) {
    requireNixos(host);
    const { items, rest } = host.attributes(['fileSystems']);
    return {
      identities: identitiesOf(host),
      fileSystems: several(
        items.map((mountPoint) => fileSystem(host, mountPoint)),
        rest?.reason,
      ),
      persisted: persistedBy(host),
    };
  },
});

/** Where nothing sets it, agenix takes the keys of the host of these two types. */
function identitiesOf(host: HostReading): Several<Text> {
  const reading = host.reading(['age', 'identityPaths']);
  if (reading.option().state !== 'unset') return listed(reading);
  const ssh = host.reading(['services', 'openssh']);
  if (ifKnown(statedTruth(ssh.at('enable'))) !== true) return several([]);
  const keys = ssh.at('hostKeys');
  if (keys.option().state === 'unset') return several(HOST_KEYS.map((path) => plainText(path)));
  const own = keys.items();
  return several(
    own.items.flatMap(({ value, at }) => {
      const path = textOf(fieldOf(value, 'path') ?? null, at);
      return path === undefined || !['rsa', 'ed25519'].includes(String(fieldOf(value, 'type'))) ? [] : [path];
    }),
    own.rest?.reason,
  );
}

const fieldOf = (data: Data, name: string): Data | undefined =>
  isKind(data, 'set') ? data.attributes.get(name) : undefined;

function fileSystem(host: HostReading, mountPoint: string): FileSystem {
  const own = host.reading(['fileSystems', mountPoint]);
  const type = statedText(own.at('fsType'));
  return {
    mountPoint,
    type,
    neededForBoot: statedTruth(own.at('neededForBoot')),
    at: (isKnown(type) ? type.at : undefined) ?? own.definitions()[0]?.at,
  };
}

function persistedBy(host: HostReading): Several<Persisted> {
  const folders = host.attributes(PERSISTENCE);
  const all = folders.items.flatMap((folder) =>
    ['directories', 'files'].map((key) => {
      const { items, rest } = host.reading([...PERSISTENCE, folder, key]).items();
      return several(
        items.flatMap(({ value, at }) => {
          const named = fieldOf(value, 'directory') ?? fieldOf(value, 'file') ?? value;
          const path = wholeText(textOf(named, at));
          return path?.startsWith('/') === true ? [{ folder, path, at }] : [];
        }),
        rest?.reason,
      );
    }),
  );
  return several(
    all.flatMap(({ items }) => items),
    folders.rest?.reason ?? all.find(({ rest }) => rest !== undefined)?.rest?.reason,
  );
}
