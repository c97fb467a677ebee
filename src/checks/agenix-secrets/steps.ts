import type { Step } from '../../model/remedy.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, secret as openSecret, run } from '../../remedy/steps.ts';
import { absolutePath, secretFile } from '../../remedy/words.ts';

/** An encrypted file, and where the configuration of its host lies. */
export interface Encrypted {
  /** From the folder of its secrets.nix. */
  readonly file: string;
  readonly configuration: string;
}

const HOST_KEY = '/etc/ssh/ssh_host_ed25519_key';

/** A configuration outside of /etc is the user's own, and so are the keys that open its secrets. */
const isOfRoot = ({ configuration }: Encrypted) => configuration.startsWith('/etc/');

const openInEditor = (encrypted: Encrypted, why: string, identity?: string): Step =>
  openSecret(secretFile(encrypted.file), {
    directory: absolutePath(`${encrypted.configuration}/secrets`),
    root: isOfRoot(encrypted),
    why,
    ...(identity === undefined ? {} : { identity }),
  });

/** Of a file that this host decrypts: root seldom has a key of its own that does. */
export const changeValue = (encrypted: Encrypted, why: string): Step =>
  isOfRoot(encrypted)
    ? openInEditor(encrypted, `${why} -i names the key of this host, which decrypts it at boot.`, HOST_KEY)
    : openInEditor(encrypted, why);

export const SAME_VALUE =
  'Use the same value as before, because a database keeps its old password. If nobody knows it, set the new one in the database too (ALTER USER … PASSWORD).';

/** Of a file that is not there, or that is none. */
export const writeAnew = (
  encrypted: Encrypted,
  what = 'If there is no copy to restore, enter the value.',
): Step[] => [
  openInEditor(encrypted, `${what} ${SAME_VALUE}`),
  byHand(`If the configuration is a flake and ${encrypted.file} is new, add the file with git add.`),
];

const placeOf = ({ configuration, file }: Encrypted) => `${configuration}/secrets/${file}`;

const MOVE_AWAY =
  'If a damaged or empty file is in its place, move that away first: agenix tries to decrypt it.';

export const restoreOrWrite = (encrypted: Encrypted): Step[] => [
  byHand(`Restore ${placeOf(encrypted)} from git or a backup. ${MOVE_AWAY}`),
  ...writeAnew(encrypted),
];

const showKey = () => run(['cat', '--', `${HOST_KEY}.pub` as const], { why: "Show this host's public key." });

const rekey = (file: string) =>
  `on a machine that can decrypt ${file} (not this host), run agenix -r in the folder of secrets.nix, and copy the new ${file} here`;

/** Nothing told why it is not there: it may have another key, and writing it again would lose its value. */
export const findOut = (encrypted: Encrypted): Step[] => [
  run(['ls', '-l', '--', absolutePath(placeOf(encrypted))], {
    why: 'Look at the encrypted file: it decides between A, B and C below.',
  }),
  showKey(),
  byHand(
    `A. If the file exists and is not empty, perhaps it is not encrypted for this host. On a machine that can decrypt it (not this host): add this key to the publicKeys of ${encrypted.file} in secrets.nix, run agenix -r in that folder, and copy the new ${encrypted.file} to ${placeOf(encrypted)} here.`,
  ),
  byHand(
    `B. If the file does not exist or is empty, restore ${encrypted.file} from git or a backup. ${MOVE_AWAY}`,
  ),
  ...writeAnew(
    encrypted,
    'C. If neither A nor B is possible, enter the value. If the encrypted file exists but nobody can decrypt it, first move it away.',
  ),
];

export const addRecipient = ({ file, configuration }: Encrypted): Step[] => [
  showKey(),
  byHand(`Add that key to the publicKeys of ${file} in ${configuration}/secrets/secrets.nix.`),
  byHand(`Then, ${rekey(file)}.`),
];

export const setIdentity = (): Step[] => [
  byHand(
    'Set age.identityPaths to a key that exists when secrets are decrypted (in /etc/ssh, or on a disk that is mounted by then), and encrypt the secret for that key.',
  ),
];

/** What brings a key before the secrets are decrypted. */
export const keyInTime = (key: string): Step[] => [
  run(['findmnt', '--target', absolutePath(key)], { why: 'Show which filesystem the key is on.' }),
  byHand(
    'Set neededForBoot = true for that filesystem (fileSystems."…".neededForBoot). If impermanence brings the key to its place, set age.identityPaths to the path in the persistent folder.',
  ),
];

/** Lets the running system decrypt its secrets again. */
export const decryptAgain = (byUnit: boolean): Step[] => [
  run(
    byUnit
      ? ['systemctl', 'restart', '--', 'agenix-install-secrets.service']
      : ['/run/current-system/activate'],
    { root: true, why: 'Decrypt the secrets again.' },
  ),
];

/** What a secret in a folder is called in the configuration is not told by its path. */
export function makePrivate({ path, owner = 'root' }: { path: string; owner: string | undefined }): Step[] {
  const [, name] = /^\/run\/agenix\/([^/]+)$/.exec(path) ?? [];
  return [
    byHand(
      `Find out which user reads ${path}, also inside containers. With mode 0400, only its owner (${owner}) can read it: if another user needs it, set owner for the secret in age.secrets, too.`,
    ),
    name === undefined
      ? byHand(`Set mode = "0400" for the secret ${path} in age.secrets.`)
      : edit({
          option: optionPath('age', 'secrets', name, 'mode'),
          after: nixString('0400'),
          why: 'Make it readable by its owner only.',
        }),
  ];
}
