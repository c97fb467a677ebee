import { dirname } from 'node:path';
import type { Credential } from '../../facts/host/upload-credentials.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, wholeNumber } from '../../remedy/words.ts';
import { defineKind, type TellingKind } from '../define.ts';
import { restartAgent } from '../shared/agent-steps.ts';
import { darwinRebuild } from '../shared/steps.ts';

/** Of agenix' module for home-manager, which decrypts at login. */
const AGENIX_AGENT = 'org.nix-community.home.activate-agenix';

const NAMES = { immich: 'The key of Immich', pushover: "The file of Pushover's credentials" } as const;

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

const decrypt = ({ uid }: KeyFile): Step => restartAgent(uid, AGENIX_AGENT, 'Let agenix decrypt it again.');

const close = ({ path }: KeyFile): Step =>
  run(['chmod', '--', '400', absolutePath(path)], { why: 'Make it readable by its owner alone.' });

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

export const missing = keyFile(
  {
    id: 'missing',
    status: 'fail',
    name: 'A file with a key is missing',
    what: 'is missing',
    meaning: 'The upload reads it, and it is not there.',
  },
  (file) => ({
    lasting: [
      byHand(`Declare it in age.secrets of the configuration, with the path ${file.path}.`),
      darwinRebuild(),
      decrypt(file),
    ],
  }),
);

export const dangling = keyFile(
  {
    id: 'dangling',
    status: 'fail',
    name: 'A file with a key is a link to nothing',
    what: 'is a link to nothing',
    meaning:
      'agenix has not decrypted it since the Mac was started, or could not: what it makes lies in a folder that macOS empties.',
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
            why: 'Remove the leftover, because of which agenix could not write it.',
          }),
          decrypt(file),
        ],
      };
    return {
      lasting: [
        decrypt(file),
        byHand('Read in ~/Library/Logs/agenix/stderr why agenix could not, where it is still missing.'),
      ],
    };
  },
);

export const unreadable = keyFile(
  {
    id: 'unreadable',
    status: 'fail',
    name: 'A file with a key cannot be read',
    what: 'cannot be read',
    meaning: 'This user has no permission to read it.',
  },
  (file) => ({
    lasting:
      file.target === undefined
        ? [
            run(['chown', '--', wholeNumber(String(file.uid)), absolutePath(file.path)], {
              root: true,
              why: 'Make it yours.',
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
    name: 'A file with a key is empty',
    what: 'is empty',
    meaning: 'The file is there and holds nothing.',
  },
  (file) => writeAnew(file, file.sourced ? assignments(file) : 'the key'),
);

export const wrongForm = keyFile(
  {
    id: 'wrong-form',
    status: 'fail',
    name: 'A file with a key that a script takes in is not of the form KEY=value',
    what: 'is not of the form KEY=value',
    meaning:
      'The script takes it in as shell text, which sets a variable: a bare value there is run as a command, and sets none.',
  },
  (file) => writeAnew(file, assignments(file)),
);

export const inNixStore = keyFile(
  {
    id: 'in-nix-store',
    status: 'warn',
    name: 'A key stands in the Nix store',
    what: 'stands in the Nix store',
    meaning: 'What is in the Nix store everybody can read, for ever; no change of its mode helps.',
  },
  ({ path }) => ({
    lasting: [
      byHand('Make a new key, write it into an encrypted file of agenix, and delete the old key in Immich.'),
      byHand(`Take the old one out of the configuration, and let age.secrets write ${path}.`),
      darwinRebuild(),
    ],
  }),
);

export const openToOthers = keyFile(
  {
    id: 'open-to-others',
    status: 'warn',
    name: 'A file with a key can be read by others',
    what: 'can be read by others',
    meaning: 'Its mode gives access to other users of the Mac.',
  },
  (file) => ({
    lasting: [
      close(file),
      ...(file.target === undefined ? [] : [byHand('Set mode = "400" of the secret in age.secrets too.')]),
    ],
  }),
);

export const keyInPropertyList = defineKind<{ readonly label: string }>({
  id: 'key-in-property-list',
  name: 'A property list holds the key of Immich itself',
  meaning: 'Every user and program of the Mac can read it, and it stands in the Nix store for ever.',
  status: 'warn',
  title: ({ label }) => `The property list of ${label} holds the key of Immich itself`,
  remedy: () => ({
    lasting: [
      byHand('Make a new key, keep it in a file of mode 400, and delete the old key in Immich: it was open.'),
      byHand('Name that file by IMMICH_API_KEY_FILE of the agent, in place of IMMICH_API_KEY.'),
      darwinRebuild(),
    ],
  }),
});
