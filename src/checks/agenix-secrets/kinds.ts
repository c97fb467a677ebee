import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, gitPath } from '../../remedy/words.ts';
import { defineKind, type SourceContext, type TellingKind } from '../define.ts';
import { placeIn, rebuildOf } from '../shared/steps.ts';
import { IN_PLACE } from './encrypted.ts';

/** A secret of a host, and what is to be done about it. */
export interface OnHost {
  readonly name: string;
  /** The settings demand it, and nothing on the host declares it. */
  readonly isUndeclared: boolean;
  /** There is a link, and nothing behind it. */
  readonly isLink: boolean;
  /** What its encrypted file is, where age did not encrypt it. */
  readonly inPlace?: InPlaceOfEncrypted | undefined;
  readonly steps: readonly Step[];
}

function onHost(
  id: string,
  status: 'fail' | 'warn',
  what: string,
  name: string,
  meaning: string,
): TellingKind<OnHost> {
  return defineKind<OnHost>({
    id,
    name,
    meaning,
    status,
    title: ({ name: secret }) => `The secret ${secret} ${what}`,
    remedy: ({ steps }) => ({ lasting: [...steps] }),
  });
}

const NOT_DECRYPTED =
  'It is declared or mounted, but was not decrypted: its encrypted file does not exist, or is not encrypted for this host.';
const LINK_TO_NOTHING = 'The link exists, but the file it points to does not.';

/** A secret that is not there, by what agenix said of it at the boot. */
const absent = (id: string, name: string) =>
  defineKind<OnHost>({
    id,
    name,
    meaning: NOT_DECRYPTED,
    status: 'fail',
    title: ({ name: secret, isLink }) =>
      `The secret ${secret} ${isLink ? 'is a dangling link' : 'is missing'}`,
    summary: ({ isUndeclared, isLink }) => {
      if (isLink) return LINK_TO_NOTHING;
      return isUndeclared
        ? 'The settings say that it must exist, but nothing on this host declares it.'
        : NOT_DECRYPTED;
    },
    remedy: ({ steps }) => ({ lasting: [...steps] }),
  });

export const missing = absent('missing', 'A secret is missing');
export const notARecipient = absent('not-a-recipient', 'A secret is not encrypted for this host');
export const noIdentity = absent('no-identity', 'The key that decrypts secrets was missing at boot');
export const dangling = onHost(
  'dangling',
  'fail',
  'is a dangling link',
  'A secret is a dangling link',
  LINK_TO_NOTHING,
);
export const empty = onHost(
  'empty',
  'fail',
  'is empty',
  'A secret is empty',
  'The file exists but is empty.',
);
export const notAssignments = onHost(
  'not-assignments',
  'fail',
  'is read as an environment file but does not have the form KEY=value',
  'A secret that is read as an environment file does not have the form KEY=value',
  'podman reads each line as KEY=value. Without such a line, no variable is set.',
);
export const assignments = onHost(
  'assignments',
  'warn',
  'is read as a bare value but has the form KEY=value',
  'A secret that is read as a bare value has the form KEY=value',
  'A variable named …_FILE passes on the whole content, including KEY=, so the other side refuses it (an API answers 401).',
);
export const wrongMode = onHost(
  'wrong-mode',
  'warn',
  'does not have its declared mode',
  'A secret does not have its declared mode',
  'Somebody changed it by hand, or the activation did not finish.',
);
export const wrongOwner = onHost(
  'wrong-owner',
  'warn',
  'does not belong to its declared owner',
  'A secret does not belong to its declared owner',
  'The user that needs it may not be able to read it: the activation did not finish, or that user did not exist then.',
);
export const worldReadable = onHost(
  'world-readable',
  'warn',
  'can be read by all users',
  'A secret can be read by all users',
  'Its mode gives access to all users of the host.',
);

export const leftover = onHost(
  'leftover',
  'warn',
  'is not declared, but a user owns it',
  'A secret that is not declared belongs to a user',
  'It was left behind or written by hand. Its owner can read it, even a later user with the same user id.',
);

export const notEncrypted = defineKind<Pick<OnHost, 'name' | 'inPlace' | 'steps'>>({
  id: 'not-encrypted',
  name: 'The encrypted file of a secret is not encrypted by age',
  meaning: 'agenix cannot decrypt it: after the next boot or rebuild the secret is missing.',
  status: 'fail',
  title: ({ name, inPlace = 'other' }) => `The encrypted file of the secret ${name} ${IN_PLACE[inPlace]}`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});

/** Where the configuration lies, from here and absolute, and what it is of. */
export type Where = Pick<SourceContext, 'folder' | 'root' | 'system'>;

interface Declared {
  readonly name: string;
  readonly where: Where;
}

export const fileMissing = defineKind<
  Declared & { readonly path: string; readonly isFlake: boolean; readonly write: readonly Step[] }
>({
  id: 'file-missing',
  name: 'A secret has no encrypted file',
  meaning: 'The configuration cannot be built without this file.',
  status: 'fail',
  title: ({ name, path }) => `The secret ${name} has no encrypted file: ${path} does not exist`,
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
  name: 'A secret is in no secrets.nix',
  meaning:
    'agenix does not know its recipients: the secret can be neither edited nor encrypted again for another key.',
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

export const notDeclared = defineKind<Declared & { readonly at: SourceLocation | undefined }>({
  id: 'not-declared',
  name: 'A secret is used but not declared on the host',
  meaning:
    'Nothing decrypts it here: the configuration cannot be built, or the file is missing when it is needed.',
  status: 'fail',
  title: ({ name }) => `The secret ${name} is used but not declared on this host`,
  remedy: ({ name, at, where }) => ({
    lasting: [
      byHand(
        `Declare the secret on this host (age.secrets.${name}.file), or use the name of a secret that it declares.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
    ],
  }),
});

export const literalPassword = defineKind<
  Declared & { readonly key: string; readonly at: SourceLocation | undefined }
>({
  id: 'literal-password',
  name: 'A password is in the configuration in plain text',
  meaning: 'Everybody who can read the repository, or the Nix store of the host, can read it.',
  status: 'fail',
  title: ({ name, key }) => `${key} of ${name} is in the configuration in plain text`,
  remedy: ({ name, key, at, where }) => ({
    lasting: [
      byHand(
        `Put a new password into a secret, mount that secret into ${name}, and set ${key}_FILE to its path; or use environmentFiles.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
      byHand(
        'Change the password in the database too, because the old one was published: a database reads the variable only when it is first created.',
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
