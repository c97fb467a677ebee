import { dirname } from 'node:path';
import type { Credential, KeyInPropertyList } from '../../facts/host/upload-credentials.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, wholeNumber } from '../../remedy/words.ts';
import { defineKind, type SourceContext, type TellingKind } from '../define.ts';
import { restartAgent } from '../shared/agent-steps.ts';
import { darwinRebuild, placeIn, rebuildIfNix, rebuildOf } from '../shared/steps.ts';

/** Of agenix' module for home-manager, which decrypts at login. */
const AGENIX_AGENT = 'org.nix-community.home.activate-agenix';

const NAMES = { immich: 'The Immich key', pushover: "The file with Pushover's credentials" } as const;

const NEW_KEY =
  'In Immich, open Account Settings > API Keys. Create a new key, and delete the old one: others could read it.';

/** A file with a key, of this user. */
export interface KeyFile extends Credential {
  readonly uid: number;
  /** Because of which agenix could not write it. */
  readonly leftovers: readonly string[];
  /** Those that lie in a folder of another user. */
  readonly foreignLeftovers: readonly string[];
}

interface Words {
  readonly id: string;
  readonly status: 'fail' | 'warn';
  readonly name: string;
  /** After the name of the file. */
  readonly what: string;
  readonly meaning: string;
}

function keyFile(
  { id, status, name, what, meaning }: Words,
  remedy: (file: KeyFile) => ReturnType<Parameters<typeof defineKind>[0]['remedy']>,
): TellingKind<KeyFile> & Pick<Words, 'what' | 'status'> {
  const kind = defineKind<KeyFile>({
    id,
    name,
    meaning,
    status,
    title: ({ of }) => `${NAMES[of]} ${what}`,
    remedy,
  });
  return { ...kind, what, status };
}

const decrypt = ({ uid }: KeyFile, why = 'Let agenix decrypt it again.'): Step =>
  restartAgent(uid, AGENIX_AGENT, why);

const close = ({ path }: KeyFile): Step =>
  run(['chmod', '--', '600', absolutePath(path)], { why: 'Make it readable by its owner only.' });

/** Into the file itself, or into the secret that agenix makes it of. */
function writeAnew(file: KeyFile, what: string): { readonly lasting: Step[] } {
  const { path, target } = file;
  return {
    lasting:
      target === undefined
        ? [byHand(`Write ${what} into ${path} with an editor.`)]
        : [
            byHand(`Write ${what} into the encrypted file of the secret that ${path} leads to (agenix -e).`),
            darwinRebuild(),
            decrypt(file),
          ],
  };
}

const assignments = ({ of }: KeyFile) =>
  of === 'immich' ? 'the key as IMMICH_API_KEY=...' : 'the credentials as lines of KEY=value';

const NEEDED = { immich: 'the API key', pushover: 'the credentials' } as const;

export const missing = keyFile(
  {
    id: 'missing',
    status: 'fail',
    name: 'A key file is missing',
    what: 'is missing',
    meaning: 'The upload needs this file, and it does not exist.',
  },
  (file) => ({
    lasting: [
      byHand(
        `If agenix writes it, declare it in age.secrets of the configuration, with the path ${file.path}, and do the next steps. Otherwise create this file, with ${file.sourced ? assignments(file) : NEEDED[file.of]} in it (step 3 of docs/mac.md of the project), and skip the next steps.`,
      ),
      rebuildIfNix(),
      decrypt(file, 'If agenix writes it, let agenix decrypt the key again.'),
    ],
  }),
);

export const dangling = keyFile(
  {
    id: 'dangling',
    status: 'fail',
    name: 'A key file is a dangling link',
    what: 'is a dangling link',
    meaning:
      'The file that it points to is gone. macOS deletes decrypted secrets when the Mac starts, and agenix did not decrypt them again.',
  },
  (file) => {
    const { leftovers, foreignLeftovers } = file;
    const folders = new Set(foreignLeftovers.map((leftover) => dirname(leftover)));
    if (folders.size > 0)
      return {
        lasting: [
          ...[...folders].map((folder) =>
            byHand(
              `Remove the folder ${folder} as its owner: it belongs to another user, and agenix cannot write there.`,
            ),
          ),
          decrypt(file),
        ],
      };
    if (leftovers.length > 0)
      return {
        now: [
          // Nobody may write to it, and rm would ask.
          run(['rm', '-f', '--', ...leftovers.map((leftover) => absolutePath(leftover))], {
            why: 'Remove the leftover file, which keeps agenix from writing the key.',
          }),
          decrypt(file),
        ],
      };
    return {
      lasting: [
        decrypt(file),
        byHand('If the key is still missing, read the reason in ~/Library/Logs/agenix/stderr.'),
      ],
    };
  },
);

export const unreadable = keyFile(
  {
    id: 'unreadable',
    status: 'fail',
    name: 'A key file cannot be read',
    what: 'cannot be read',
    meaning: 'The file exists, but its owner or its mode keeps you from reading it.',
  },
  (file) => ({
    lasting:
      file.target === undefined
        ? [
            run(['chown', '--', wholeNumber(String(file.uid)), absolutePath(file.path)], {
              root: true,
              why: 'Make yourself its owner.',
            }),
            close(file),
          ]
        : [
            byHand(
              `Set the owner and mode = "400" of the secret that ${file.path} leads to, in age.secrets.`,
            ),
            darwinRebuild(),
            decrypt(file),
          ],
  }),
);

export const empty = keyFile(
  {
    id: 'empty',
    status: 'fail',
    name: 'A key file is empty',
    what: 'is empty',
    meaning: 'The file exists but holds no value: the upload has no key.',
  },
  (file) => writeAnew(file, file.sourced ? assignments(file) : 'the key'),
);

export const wrongForm = keyFile(
  {
    id: 'wrong-form',
    status: 'fail',
    name: 'A key file for a script does not have the form KEY=value',
    what: 'does not have the form KEY=value',
    meaning:
      'The script reads the file as shell code (source). IMMICH_API_KEY=value sets the variable; the key alone would be run as a command.',
  },
  (file) => writeAnew(file, assignments(file)),
);

export const carriageReturn = keyFile(
  {
    id: 'carriage-return',
    status: 'fail',
    name: 'A key file for a script has Windows line endings',
    what: 'ends in a carriage return',
    meaning:
      'The file has Windows line endings. The shell makes the carriage return a part of the key, and the server refuses it.',
  },
  (file) => writeAnew(file, `${assignments(file)}, with Unix line endings,`),
);

export const otherName = keyFile(
  {
    id: 'other-name',
    status: 'fail',
    name: 'A key file for a script sets no IMMICH_API_KEY',
    what: 'is not set as IMMICH_API_KEY',
    meaning:
      'The script reads the file as shell code (source), and the file sets other variables only: the upload has no key. Names of variables are case-sensitive.',
  },
  (file) => writeAnew(file, assignments(file)),
);

export const inNixStore = keyFile(
  {
    id: 'in-nix-store',
    status: 'warn',
    name: 'A key is in the Nix store',
    what: 'is in the Nix store',
    meaning:
      'All users can read the Nix store, and the key stays in it after you change the configuration. Changing the mode does not help.',
  },
  ({ path }) => ({
    lasting: [
      byHand(`${NEW_KEY} Put the new key into an encrypted file of agenix (agenix -e).`),
      byHand(`Remove the old key from the configuration, and let age.secrets write ${path}.`),
      darwinRebuild(),
    ],
  }),
);

export const openToOthers = keyFile(
  {
    id: 'open-to-others',
    status: 'warn',
    name: 'A key file can be read by other users',
    what: 'can be read by other users',
    meaning:
      'Other users of the Mac can read the file, and upload to or delete from your Immich with the key.',
  },
  (file) => ({
    lasting: [
      close(file),
      ...(file.target === undefined ? [] : [byHand('Set mode = "400" for the secret in age.secrets too.')]),
    ],
  }),
);

export const keyInPropertyList = defineKind<{
  readonly label: string;
  readonly as: KeyInPropertyList['as'];
  readonly home: string;
}>({
  id: 'key-in-property-list',
  name: 'A property list holds the Immich key itself',
  meaning:
    'Every program that you run can read the property list. If Nix writes it, the key is also in the Nix store, which all users can read.',
  status: 'warn',
  title: ({ label }) => `The property list of ${label} holds the Immich key`,
  summary: ({ as }) =>
    as === 'variable'
      ? 'Every program that you run can read the property list. If Nix writes it, the key is also in the Nix store, which all users can read.'
      : 'All users of the Mac see the key in the list of processes while the agent runs. If Nix writes the property list, the key is also in the Nix store, which all users can read.',
  remedy: ({ as, home }) => ({
    lasting: [
      byHand(NEW_KEY),
      byHand(
        `Write the new key into ${home}/.config/immich/api-key with an editor, and let only yourself read it: chmod 600 ~/.config/immich/api-key.`,
      ),
      byHand(
        `In the property list (if Nix writes it, in the configuration of the agent), ${as === 'variable' ? 'replace IMMICH_API_KEY by' : 'remove the key from ProgramArguments, and add to EnvironmentVariables'} IMMICH_API_KEY_FILE = "${home}/.config/immich/api-key". If a script ${as === 'variable' ? 'reads IMMICH_API_KEY' : 'takes the key as an argument'}, let it read that file instead.`,
      ),
      rebuildIfNix(),
    ],
  }),
});

export const literalKey = defineKind<{
  readonly agent: string;
  readonly at: SourceLocation | undefined;
  readonly folder: string;
  readonly system: SourceContext['system'];
}>({
  id: 'literal-key',
  name: 'An Immich key is in the configuration in plain text',
  meaning: 'Everybody who can read the repository, or the Nix store of the Mac, can read the key.',
  status: 'fail',
  title: ({ agent }) => `The Immich key of ${agent} is in the configuration in plain text`,
  remedy: ({ at, folder, system }) => ({
    lasting: [
      byHand(NEW_KEY),
      byHand(
        'Put the new key into a secret, or into a file that only you can read, and give the agent its path: IMMICH_API_KEY_FILE in its variables, and nothing in its arguments.',
        placeIn(folder, at),
      ),
      rebuildOf(system, { usual: 'darwin' }),
    ],
  }),
});
