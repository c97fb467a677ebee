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
  'It is declared or mounted, and was not decrypted: its file is absent, or this host is not among its recipients.';
const LINK_TO_NOTHING = 'Its link is there, and what it points to is gone.';

/** A secret that is not there, by what agenix said of it at the boot. */
const absent = (id: string, name: string) =>
  defineKind<OnHost>({
    id,
    name,
    meaning: NOT_DECRYPTED,
    status: 'fail',
    title: ({ name: secret, isLink }) =>
      `The secret ${secret} ${isLink ? 'is a link to nothing' : 'is missing'}`,
    summary: ({ isUndeclared, isLink }) => {
      if (isLink) return LINK_TO_NOTHING;
      return isUndeclared
        ? 'The settings say that it has to exist, and nothing on this host declares it.'
        : NOT_DECRYPTED;
    },
    remedy: ({ steps }) => ({ lasting: [...steps] }),
  });

export const missing = absent('missing', 'A secret is not there');
export const notARecipient = absent('not-a-recipient', 'A secret is not encrypted for this host');
export const noIdentity = absent('no-identity', 'The key that decrypts secrets was not there at the boot');
export const dangling = onHost(
  'dangling',
  'fail',
  'is a link to nothing',
  'A secret is a link to nothing',
  LINK_TO_NOTHING,
);
export const empty = onHost(
  'empty',
  'fail',
  'is empty',
  'A secret is empty',
  'The file is there and holds nothing.',
);
export const notAssignments = onHost(
  'not-assignments',
  'fail',
  'is read as an environment file and is not of the form KEY=value',
  'A secret that is read as an environment file is not of the form KEY=value',
  'podman takes each line as KEY=value: without one, no variable is set.',
);
export const assignments = onHost(
  'assignments',
  'warn',
  'is read as a bare value and looks like KEY=value',
  'A secret that is read as a bare value is of the form KEY=value',
  'A variable named …_FILE hands over the whole content, with the KEY= in it: the other side then refuses it (an API answers 401).',
);
export const wrongMode = onHost(
  'wrong-mode',
  'warn',
  'has another mode than it is declared with',
  'A secret has another mode than it is declared with',
  'Somebody changed it by hand, or the activation did not end.',
);
export const wrongOwner = onHost(
  'wrong-owner',
  'warn',
  'belongs to another user than it is declared for',
  'A secret belongs to another user than it is declared for',
  'Who is to read it may not be able to: the activation did not end, or that user did not exist then.',
);
export const worldReadable = onHost(
  'world-readable',
  'warn',
  'can be read by everybody',
  'A secret can be read by everybody',
  'Its mode gives access to all users of the host.',
);

export const leftover = onHost(
  'leftover',
  'warn',
  'is declared by nothing, and a user can read it',
  'A secret that nothing declares belongs to a user',
  'It was left behind, or written by hand: its owner can read it, and where that user is gone, whoever gets the number next.',
);

export const notEncrypted = defineKind<Pick<OnHost, 'name' | 'inPlace' | 'steps'>>({
  id: 'not-encrypted',
  name: 'The encrypted file of a secret is none',
  meaning: 'age cannot decrypt it: after the next boot or rebuild the secret is not there.',
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
  meaning: 'The configuration cannot be built; agenix could not decrypt it either.',
  status: 'fail',
  title: ({ name, path }) => `The secret ${name} has no encrypted file: ${path} is not there`,
  remedy: ({ path, isFlake, write, where }) => ({
    lasting: [
      ...write,
      ...(isFlake
        ? [
            run(['git', '-C', absolutePath(where.root), 'add', '--', gitPath(path)], {
              where: 'here',
              why: 'Let git know the file: a flake does not see it before.',
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
  meaning: 'agenix knows no recipients for it: it can neither be edited nor encrypted anew for another key.',
  status: 'fail',
  title: ({ name, rules }) => `The secret ${name} is not declared in ${rules}`,
  remedy: ({ rule, rekey, where }) => ({ lasting: [rule, rekey, rebuildOf(where.system)] }),
});

export const noRecipients = defineKind<
  Declared & { readonly at: SourceLocation | undefined; readonly rekey: Step }
>({
  id: 'no-recipients',
  name: 'A secret is encrypted for nobody',
  meaning: 'Its publicKeys are empty: age refuses to encrypt it, and no host could decrypt it.',
  status: 'fail',
  title: ({ name }) => `The secret ${name} is encrypted for nobody`,
  remedy: ({ at, rekey, where }) => ({
    lasting: [
      byHand('Write the key of this host, and your own, into its publicKeys.', placeIn(where.folder, at)),
      rekey,
      rebuildOf(where.system),
    ],
  }),
});

export const notDeclared = defineKind<Declared & { readonly at: SourceLocation | undefined }>({
  id: 'not-declared',
  name: 'A secret is used that the host does not declare',
  meaning:
    'Nothing decrypts it here: the configuration cannot be built, or the file is not there when it is needed.',
  status: 'fail',
  title: ({ name }) => `The secret ${name} is used, and this host does not declare it`,
  remedy: ({ name, at, where }) => ({
    lasting: [
      byHand(
        `Declare the secret on this host (age.secrets.${name}.file), or write the name of one that it declares.`,
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
  name: 'A password stands in the configuration',
  meaning: 'Everybody who can read the repository, or the Nix store of the host, has it.',
  status: 'fail',
  title: ({ name, key }) => `The ${key} of ${name} stands in the configuration`,
  remedy: ({ name, key, at, where }) => ({
    lasting: [
      byHand(
        `Put a new password into a secret, mount that into ${name}, and name it with ${key}_FILE; or give it with environmentFiles.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
      byHand(
        'Change the password where it is in use as well (a database takes it from its environment only when it is made): the old one was published.',
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
        `Mount one secret into both: that of ${database}, with which the database was made.`,
        placeIn(where.folder, at),
      ),
      rebuildOf(where.system),
    ],
  }),
});
