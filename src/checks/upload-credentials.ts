import { dirname } from 'node:path';
import type { Remedy } from '../model/remedy.ts';
import type { Credential, UploadCredentials } from '../probes/upload-credentials.ts';
import { byHand, run } from '../remedy/steps.ts';
import { absolutePath, wholeNumber } from '../remedy/words.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { restartAgent } from './shared/agent-steps.ts';
import { darwinRebuild } from './shared/steps.ts';
import { noAgent } from './shared/upload-agent.ts';

/** Of agenix' module for home-manager, which decrypts at login. */
const AGENIX_AGENT = 'org.nix-community.home.activate-agenix';

export const uploadCredentialsCheck = defineCheck({
  id: 'upload-credentials',
  title: 'The keys that the upload reads are there, private, and of the right form',
  why: 'Without its key the upload ends with 0 and one line in its log; with one of the wrong form the server refuses it.',
  tags: ['mac', 'upload', 'secrets'],
  host: {
    needs: ['uploadCredentials', 'launchAgents'],
    evaluate({ uploadCredentials, launchAgents }) {
      const { credentials, keyInPropertyList, unreadable } = uploadCredentials;
      const { agents, uid } = launchAgents;
      if (agents.length === 0) return { skip: noAgent(launchAgents) };
      return {
        findings: [
          ...credentials.flatMap((credential) => troubleOf(credential, uploadCredentials, uid)),
          ...keyInPropertyList.map((label) =>
            exposed(label, agents.find((agent) => agent.label === label)?.file ?? label),
          ),
        ],
        lookedAt: { uploadKeys: credentials.filter(isJudged).length + keyInPropertyList.length },
        unseen: [
          ...unreadable.map((path) => `${path} cannot be read, so that it is not known which keys it needs`),
          ...credentials
            .filter(({ state }) => state === 'hidden')
            .map(({ path }) => `this user may not look at ${path}`),
          ...(credentials.some(isKey) || keyInPropertyList.length > 0
            ? []
            : ['it is not known which file holds the key of Immich']),
        ],
      };
    },
  },
});

const isKey = ({ of, expected, state }: Credential) => of === 'immich' && (expected || state === 'present');

const isJudged = ({ state, expected }: Credential) => state !== 'hidden' && (expected || state === 'present');

const NAMES = { immich: 'The key of Immich', pushover: "The file of Pushover's credentials" } as const;

function troubleOf(
  credential: Credential,
  { leftovers, foreignLeftovers }: Pick<UploadCredentials, 'leftovers' | 'foreignLeftovers'>,
  uid: number,
): FindingDraft[] {
  const { path, of, sourced, state, mode, bytes, form, target } = credential;
  if (!isJudged(credential)) return [];
  const finding = (
    kind: string,
    status: 'fail' | 'warn',
    what: string,
    summary: string,
    observed: string,
    wanted: string,
    remedy: Partial<Remedy>,
  ): FindingDraft[] => [
    {
      kind,
      // Without Pushover photos arrive all the same, and nobody is told of failures.
      status: of === 'pushover' ? 'warn' : status,
      title: `${NAMES[of]} ${what}`,
      summary,
      subject: path,
      evidence: [
        { source: path, observed, expected: wanted },
        ...(state === 'dangling'
          ? [...leftovers, ...foreignLeftovers].map((file) => ({
              source: '~/Library/Logs/agenix/stderr',
              observed: `cannot write ${file}, which a run left behind`,
            }))
          : []),
      ],
      ...(of === 'immich' && status === 'fail'
        ? { affects: { what: 'photo upload', state: 'down' as const, cause: `the key of Immich ${what}` } }
        : {}),
      remedy,
    },
  ];
  const file = absolutePath(path);
  const decrypt = restartAgent(uid, AGENIX_AGENT, 'Let agenix decrypt it again.');
  const close = run(['chmod', '--', '400', file], { why: 'Make it readable by its owner alone.' });
  if (state === 'missing') {
    return finding(
      'missing',
      'fail',
      'is missing',
      'The upload reads it, and it is not there.',
      'no such file',
      'a file',
      {
        lasting: [
          byHand(`Declare it in age.secrets of the configuration, with the path ${path}.`),
          darwinRebuild(),
          decrypt,
        ],
      },
    );
  }
  if (state === 'dangling') {
    return finding(
      'dangling',
      'fail',
      'is a link to nothing',
      'agenix has not decrypted it since the Mac was started, or could not: what it makes lies in a folder that macOS empties.',
      `a link to ${target ?? 'a file'}, which is not there`,
      'a file',
      foreignLeftovers.length > 0
        ? {
            lasting: [...new Set(foreignLeftovers.map((leftover) => dirname(leftover)))]
              .map((folder) =>
                byHand(
                  `Remove the folder ${folder} as its owner: it belongs to another user, and agenix cannot write there.`,
                ),
              )
              .concat(decrypt),
          }
        : leftovers.length > 0
          ? {
              now: [
                // Nobody may write to it, and rm would ask.
                run(['rm', '-f', '--', ...leftovers.map((leftover) => absolutePath(leftover))], {
                  why: 'Remove the leftover, because of which agenix could not write it.',
                }),
                decrypt,
              ],
            }
          : {
              lasting: [
                decrypt,
                byHand(
                  'Read in ~/Library/Logs/agenix/stderr why agenix could not, where it is still missing.',
                ),
              ],
            },
    );
  }
  if (state === 'unreadable') {
    return finding(
      'unreadable',
      'fail',
      'cannot be read',
      'This user has no permission to read it.',
      `mode ${mode}, not readable`,
      'mode 400',
      {
        lasting:
          target === undefined
            ? [
                run(['chown', '--', wholeNumber(String(uid)), file], { root: true, why: 'Make it yours.' }),
                close,
              ]
            : [
                byHand(`Set the owner and mode = "400" of the secret that ${path} leads to, in age.secrets.`),
                darwinRebuild(),
                decrypt,
              ],
      },
    );
  }
  const writeAnew = (what: string): Partial<Remedy> => ({
    lasting:
      target === undefined
        ? [byHand(`Write ${what} into ${path} with an editor.`)]
        : [
            byHand(`Write ${what} into the encrypted file of the secret that ${path} leads to (agenix -e).`),
            darwinRebuild(),
            decrypt,
          ],
  });
  const assignments =
    of === 'immich' ? 'the key as IMMICH_API_KEY=...' : 'the credentials as lines of KEY=value';
  if (bytes === 0) {
    return finding(
      'empty',
      'fail',
      'is empty',
      'The file is there and holds nothing.',
      '0 bytes',
      'a key',
      writeAnew(sourced ? assignments : 'the key'),
    );
  }
  if (sourced && form !== 'assignments') {
    return finding(
      'wrong-form',
      'fail',
      'is not of the form KEY=value',
      'The script takes it in as shell text, which sets a variable: a bare value there is run as a command, and sets none.',
      form === 'raw' ? 'no line with an equals sign' : 'lines that are not all KEY=value',
      'lines of KEY=value',
      writeAnew(assignments),
    );
  }
  const isOpen = (Number.parseInt(mode ?? '', 8) & 0o077) !== 0;
  if (isOpen && target?.startsWith('/nix/store/')) {
    return finding(
      'in-nix-store',
      'warn',
      'stands in the Nix store',
      'What is in the Nix store everybody can read, for ever; no change of its mode helps.',
      `a link to ${target}, mode ${mode}`,
      'a file of mode 400 outside of the store',
      {
        lasting: [
          byHand(
            'Make a new key, write it into an encrypted file of agenix, and delete the old key in Immich.',
          ),
          byHand(`Take the old one out of the configuration, and let age.secrets write ${path}.`),
          darwinRebuild(),
        ],
      },
    );
  }
  if (isOpen) {
    return finding(
      'open-to-others',
      'warn',
      'can be read by others',
      'Its mode gives access to other users of the Mac.',
      `mode ${mode}`,
      'mode 400',
      {
        lasting: [
          close,
          ...(target === undefined ? [] : [byHand('Set mode = "400" of the secret in age.secrets too.')]),
        ],
      },
    );
  }
  return [];
}

function exposed(label: string, file: string): FindingDraft {
  return {
    kind: 'key-in-property-list',
    status: 'warn',
    title: `The property list of ${label} holds the key of Immich itself`,
    summary: 'Every user and program of the Mac can read it, and it stands in the Nix store for ever.',
    subject: file,
    evidence: [{ source: file, observed: 'sets IMMICH_API_KEY', expected: 'IMMICH_API_KEY_FILE' }],
    remedy: {
      lasting: [
        byHand(
          'Make a new key, keep it in a file of mode 400, and delete the old key in Immich: it was open.',
        ),
        byHand('Name that file by IMMICH_API_KEY_FILE of the agent, in place of IMMICH_API_KEY.'),
        darwinRebuild(),
      ],
    },
  };
}
