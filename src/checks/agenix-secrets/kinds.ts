import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, gitPath, isRefused } from '../../remedy/words.ts';
import { defineKind, type SourceContext, type TellingKind } from '../define.ts';
import { placeIn, rebuild, rebuildOf } from '../shared/steps.ts';
import { encryptedAgain, IN_PLACE } from './encrypted.ts';
import type { OfOthers } from './others.ts';
import {
  addRecipient,
  changeValue,
  decryptAgain,
  type Encrypted,
  findOut,
  keyInTime,
  makePrivate,
  restoreOrWrite,
  SAME_VALUE,
  setIdentity,
} from './steps.ts';

export interface OnHost extends Encrypted {
  readonly name: string;
  readonly path: string;
  /** The settings demand it, and nothing on the host declares it. */
  readonly isUndeclared: boolean;
  /** There is a link, and nothing behind it. */
  readonly isLink: boolean;
  /** A unit of its own decrypts, and not the activation of the system. */
  readonly byUnit: boolean;
  /** The user, where it is there. */
  readonly owner: string | undefined;
  /** By its mode. */
  readonly othersMay: OfOthers | undefined;
  /** Restarts what uses it. */
  readonly restart: readonly Step[];
}

interface KindOnHost {
  readonly id: string;
  readonly status: 'fail' | 'warn';
  readonly what: string | ((secret: OnHost) => string);
  readonly name: string;
  readonly meaning: string;
  readonly steps: (secret: OnHost) => readonly Step[];
}

const onHost = ({ id, status, what, name, meaning, steps }: KindOnHost): TellingKind<OnHost> =>
  defineKind<OnHost>({
    id,
    name,
    meaning,
    status,
    title: (secret) => `The secret ${secret.name} ${typeof what === 'string' ? what : what(secret)}`,
    remedy: (secret) => ({ lasting: [...steps(secret), ...secret.restart] }),
  });

const NOT_DECRYPTED =
  'Something on this host needs it, but agenix did not decrypt it: its encrypted file does not exist, or is not encrypted for this host.';
const LINK_TO_NOTHING = 'The link exists, but the file it points to does not.';

/** A secret that is not there, by what agenix said of it at the boot. */
const absent = (id: string, name: string, meaning: string, steps: KindOnHost['steps']) =>
  defineKind<OnHost>({
    id,
    name,
    meaning,
    status: 'fail',
    title: ({ name: secret, isLink }) =>
      `The secret ${secret} ${isLink ? 'is a dangling link' : 'is missing'}`,
    summary: ({ isUndeclared, isLink }) => {
      if (isLink) return LINK_TO_NOTHING;
      return isUndeclared
        ? 'The settings say that it must exist, but no declaration of it was found on this host.'
        : meaning;
    },
    remedy: (secret) => ({ lasting: [...steps(secret), rebuild(), ...secret.restart] }),
  });

export const missing = absent('missing', 'A secret is missing', NOT_DECRYPTED, (secret) =>
  secret.isUndeclared
    ? [
        byHand(
          `If age.secrets does not declare ${secret.path}, declare it. If this host does not need it, remove it from names.secrets in the settings of hsdoctor.`,
        ),
      ]
    : findOut(secret),
);
export const noEncryptedFile = absent(
  'no-encrypted-file',
  'The encrypted file of a secret was missing at boot',
  'agenix could not decrypt it at boot: its encrypted file did not exist.',
  restoreOrWrite,
);
export const damaged = absent(
  'damaged',
  'The encrypted file of a secret was damaged at boot',
  'agenix could not decrypt it at boot: its encrypted file is damaged.',
  restoreOrWrite,
);
export const notARecipient = absent(
  'not-a-recipient',
  'A secret is not encrypted for this host',
  'agenix could not decrypt it at boot: no key of this host can open its encrypted file.',
  addRecipient,
);
export const noIdentity = absent(
  'no-identity',
  'The key that decrypts secrets was missing at boot',
  'agenix could not decrypt it at boot: it found no key.',
  setIdentity,
);
export const keyTooLate = defineKind<OnHost & { readonly key: string }>({
  id: 'key-too-late',
  name: 'A secret is missing because its key was not there yet at boot',
  meaning:
    'agenix could not decrypt it at boot because the key was not there yet. The key is there now: its disk or folder was mounted later.',
  status: 'fail',
  title: ({ name }) => `The secret ${name} is missing: its key was not there yet at boot`,
  remedy: ({ key, byUnit, restart }) => ({
    now: [...decryptAgain(byUnit), ...restart],
    lasting: [...keyInTime(key), rebuild()],
  }),
});

export const goneAfterReboot = defineKind<{ readonly key: string; readonly count: number }>({
  id: 'gone-after-reboot',
  name: 'Secrets will be missing after the next reboot',
  meaning:
    'They were decrypted after the boot, because at boot their key did not exist yet. At the next boot it will not exist either.',
  status: 'warn',
  title: ({ count }) =>
    `${count === 1 ? 'A secret' : `${count} secrets`} will be missing after the next reboot`,
  summary: ({ key }) =>
    `They were decrypted after the boot, because at boot their key ${key} did not exist yet. At the next boot it will not exist either.`,
  remedy: ({ key }) => ({ lasting: [...keyInTime(key), rebuild()] }),
});

export const dangling = onHost({
  id: 'dangling',
  status: 'fail',
  what: 'is a dangling link',
  name: 'A secret is a dangling link',
  meaning: LINK_TO_NOTHING,
  steps: ({ byUnit }) => decryptAgain(byUnit),
});
export const empty = onHost({
  id: 'empty',
  status: 'fail',
  what: 'is empty',
  name: 'A secret is empty',
  meaning: 'The file exists but holds no value: what reads it gets no password.',
  steps: (secret) => [
    changeValue(secret, `Enter the value of ${secret.name}: this opens your editor. ${SAME_VALUE}`),
    rebuild(),
  ],
});
export const notAssignments = onHost({
  id: 'not-assignments',
  status: 'fail',
  what: 'is an environment file, but does not have the form KEY=value',
  name: 'An environment file does not have the form KEY=value',
  meaning: 'podman reads each line as KEY=value. Without such a line, no variable is set.',
  steps: (secret) => [
    changeValue(secret, 'Write the variable name and = before the value: KEY=value. This opens your editor.'),
    rebuild(),
  ],
});
export const assignments = onHost({
  id: 'assignments',
  status: 'warn',
  what: 'is read as a bare value but has the form KEY=value',
  name: 'A secret that is read as a bare value has the form KEY=value',
  meaning: 'The service takes the whole content as the password, including KEY=, and the login fails.',
  steps: (secret) => [
    changeValue(
      secret,
      'Keep only the value: remove the variable name and the = before it. This opens your editor.',
    ),
    rebuild(),
  ],
});
export const wrongMode = onHost({
  id: 'wrong-mode',
  status: 'warn',
  what: 'does not have its declared mode',
  name: 'A secret does not have its declared mode',
  meaning: 'Somebody changed the mode by hand, or the last activation did not finish.',
  steps: ({ byUnit }) => decryptAgain(byUnit),
});
export const wrongOwner = onHost({
  id: 'wrong-owner',
  status: 'warn',
  what: 'does not belong to its declared owner',
  name: 'A secret does not belong to its declared owner',
  meaning:
    'The service that needs it may be unable to read it. The last activation did not finish, or the user did not exist yet.',
  steps: ({ byUnit }) => decryptAgain(byUnit),
});
export const worldReadable = onHost({
  id: 'world-readable',
  status: 'warn',
  what: ({ othersMay = 'read' }) => `can be ${othersMay} by all users`,
  name: 'A secret can be read or changed by all users',
  meaning: 'Its mode gives access to all users of the host.',
  steps: (secret) => [...makePrivate(secret), rebuild()],
});

export const leftover = onHost({
  id: 'leftover',
  status: 'warn',
  what: 'is not declared, but a user owns it',
  name: 'A secret that is not declared belongs to a user',
  meaning:
    'It is left over from an old configuration, or was written by hand. Whoever has this user id can read it.',
  steps: ({ path }) => [
    byHand(
      `Find out what reads ${path}. If something does, declare the secret with its owner (age.secrets); otherwise delete the file.`,
    ),
  ],
});

export const notEncrypted = defineKind<{
  readonly name: string;
  /** What its encrypted file is, where age did not encrypt it. */
  readonly inPlace: InPlaceOfEncrypted;
  readonly file: string;
  readonly write: readonly Step[];
  /** Makes the change take effect. */
  readonly after: readonly Step[];
}>({
  id: 'not-encrypted',
  name: 'The encrypted file of a secret is not encrypted by age',
  meaning: 'agenix cannot decrypt it: after the next boot or rebuild the secret is missing.',
  status: 'fail',
  title: ({ name, inPlace }) => `The encrypted file of the secret ${name} ${IN_PLACE[inPlace]}`,
  remedy: ({ inPlace, file, write, after }) => ({
    lasting: [...encryptedAgain(inPlace, file, write), ...after],
  }),
});

/** Where the configuration lies, from here and absolute, and what it is of. */
export type Where = Pick<SourceContext, 'folder' | 'root' | 'system'>;

function secretPath(name: string, option: string): string {
  const path = optionPath('age', 'secrets', name, option);
  return isRefused(path) ? `age.secrets.….${option}` : path;
}

interface Declared {
  readonly name: string;
  readonly where: Where;
}

export const identityTooLate = defineKind<{
  readonly path: string;
  /** What it is on, or why it is not there. */
  readonly why: string;
  /** To be mounted earlier, where that helps. */
  readonly mountPoint: string | undefined;
  /** Where the same key is from the beginning. */
  readonly instead: string | undefined;
  readonly at: SourceLocation | undefined;
  readonly where: Where;
}>({
  id: 'identity-too-late',
  name: 'The key that decrypts the secrets is not there at boot',
  meaning:
    'agenix decrypts the secrets before this key is there: after a rebuild they exist, and after a reboot they are missing.',
  status: 'fail',
  title: ({ path }) => `The key that decrypts the secrets is not there at boot: ${path}`,
  summary: ({ why }) =>
    `The only key is one ${why}. agenix decrypts the secrets before that: after a rebuild they exist, and after a reboot they are missing.`,
  remedy: ({ mountPoint, instead, at, where }) => ({
    lasting: [byHand(keyStep(mountPoint, instead), placeIn(where.folder, at)), rebuildOf(where.system)],
  }),
});

function keyStep(mountPoint: string | undefined, instead: string | undefined): string {
  if (instead !== undefined)
    return `Set age.identityPaths = [ ${nixString(instead)} ]; and neededForBoot = true for the filesystem that it is on.`;
  const option =
    mountPoint === undefined ? undefined : optionPath('fileSystems', mountPoint, 'neededForBoot');
  return option === undefined || isRefused(option)
    ? 'Keep the key on a disk, and set age.identityPaths to it there, with neededForBoot = true for its filesystem.'
    : `Set ${option} = true, or use a key on a filesystem that is mounted at boot (age.identityPaths).`;
}

export const fileMissing = defineKind<
  Declared & { readonly path: string; readonly isFlake: boolean; readonly write: readonly Step[] }
>({
  id: 'file-missing',
  name: 'A secret has no encrypted file',
  meaning: 'The configuration cannot be built without this file.',
  status: 'fail',
  title: ({ name }) => `The encrypted file of ${name} does not exist`,
  remedy: ({ path, isFlake, write, where }) => ({
    lasting: [
      ...write,
      ...(isFlake
        ? [
            run(['git', '-C', absolutePath(where.root), 'add', '--', gitPath(path)], {
              where: 'here',
              why: 'Add the file to git: otherwise a flake does not see it.',
            }),
          ]
        : []),
      rebuildOf(where.system),
    ],
  }),
});

export const noRule = defineKind<
  Declared & { readonly rules: string | undefined; readonly rule: Step; readonly rekey: Step }
>({
  id: 'no-rule',
  name: 'A secret is not in any secrets.nix',
  meaning:
    'agenix does not know for which keys to encrypt it: you can neither edit the secret nor encrypt it for another key.',
  status: 'fail',
  title: ({ name, rules }) => `The secret ${name} is not declared in ${rules}`,
  remedy: ({ rule, rekey, where }) => ({ lasting: [rule, rekey, rebuildOf(where.system)] }),
});

export const noRecipients = defineKind<
  Declared & { readonly at: SourceLocation | undefined; readonly rekey: Step }
>({
  id: 'no-recipients',
  name: 'A secret has no recipients',
  meaning: 'Its publicKeys are empty: age refuses to encrypt it, and no host could decrypt it.',
  status: 'fail',
  title: ({ name }) => `The secret ${name} has no recipients`,
  remedy: ({ at, rekey, where }) => ({
    lasting: [
      byHand('Add the key of this host, and your own, to its publicKeys.', placeIn(where.folder, at)),
      rekey,
      rebuildOf(where.system),
    ],
  }),
});

export const notAKey = defineKind<
  Declared & { readonly notKey: string; readonly at: SourceLocation | undefined; readonly rekey: Step }
>({
  id: 'not-a-key',
  name: 'A recipient of a secret is not a public key',
  meaning: 'age refuses to encrypt the secret: it can be neither written nor edited.',
  status: 'fail',
  title: ({ name, notKey }) => `The secret ${name} has ${notKey} among its publicKeys, which is not a key`,
  remedy: ({ at, rekey, where }) => ({
    lasting: [
      byHand(
        'Write the key itself there: ssh-ed25519 … of /etc/ssh/ssh_host_ed25519_key.pub on the host, and your own.',
        placeIn(where.folder, at),
      ),
      rekey,
      rebuildOf(where.system),
    ],
  }),
});

export const notAtPath = defineKind<
  Declared & { readonly path: string; readonly place: string; readonly at: SourceLocation | undefined }
>({
  id: 'not-at-path',
  name: 'A secret is used at a path where it is not',
  meaning: 'The file does not exist there: what reads it fails.',
  status: 'fail',
  title: ({ name, path }) => `The secret ${name} is not at ${path}, where it is used`,
  remedy: ({ name, path, place, at, where }) => ({
    lasting: [
      byHand(
        `Replace ${path} with config.${secretPath(name, 'path')}, which is ${place}.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
    ],
  }),
});

export const declaredWorldReadable = defineKind<
  Declared & { readonly at: SourceLocation | undefined; readonly othersMay: OfOthers }
>({
  id: 'declared-world-readable',
  name: 'A secret is declared with a mode that lets all users read or change it',
  meaning: 'Its mode gives access to all users of the host.',
  status: 'warn',
  title: ({ name, othersMay }) => `By its declared mode, the secret ${name} can be ${othersMay} by all users`,
  remedy: ({ at, where }) => ({
    lasting: [
      byHand(
        'Remove the mode, and set owner to the user of the service that reads it.',
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
    ],
  }),
});

export const notDeclared = defineKind<Declared & { readonly at: SourceLocation | undefined }>({
  id: 'not-declared',
  name: 'A secret is used but not declared on the host',
  meaning: 'Either the configuration cannot be built, or the file is missing on the host when it is needed.',
  status: 'fail',
  title: ({ name }) => `The secret ${name} is used but not declared on this host`,
  remedy: ({ name, at, where }) => ({
    lasting: [
      byHand(
        `Declare the secret on this host (${secretPath(name, 'file')}), or use the name of a secret that it declares.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
    ],
  }),
});

export const literalPassword = defineKind<
  Declared & {
    readonly key: string;
    readonly at: SourceLocation | undefined;
    /** The program takes the value from a file, too. */
    readonly readsFile: boolean;
    readonly isOfDatabase: boolean;
    /** What its environment files stand in. */
    readonly files: string;
  }
>({
  id: 'literal-password',
  name: 'A password is in the configuration in plain text',
  meaning: 'Everybody who can read the repository, or the Nix store of the host, can read the password.',
  status: 'fail',
  title: ({ name, key }) => `${key} of ${name} is in the configuration in plain text`,
  remedy: ({ name, key, at, where, readsFile, isOfDatabase, files }) => ({
    lasting: [
      byHand(
        readsFile
          ? `Put a new password into a secret${isOfDatabase ? ' (one for the database and all programs that log in with it)' : ''}, mount that secret into ${name}, and set ${key}_FILE to its path; or use ${files}.`
          : `Put ${key} with a new password into a secret that is an environment file, and name the path of that secret in the ${files} of ${name}.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
      byHand(
        isOfDatabase
          ? 'Change the password inside the database too, to the same value (Postgres: \\password in psql): a database reads such a variable only when it is first created, so logins fail until then. The old password is known to all who could read this file.'
          : 'Check that the new password is in effect: some programs read the variable only at their first start, and the old password is known to all who could read this file.',
      ),
    ],
  }),
});

export const differentSecrets = defineKind<{
  readonly server: string;
  readonly database: string;
  readonly at: SourceLocation | undefined;
  readonly where: Where;
}>({
  id: 'different-secrets',
  name: 'A server and its database have different secrets for the same password',
  meaning: 'The server cannot log in to its database.',
  status: 'fail',
  title: ({ server, database }) => `${server} and ${database} have different secrets for the same password`,
  remedy: ({ database, at, where }) => ({
    lasting: [
      byHand(
        `Mount the same secret into both: the one of ${database}, with which the database was created.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
    ],
  }),
});
