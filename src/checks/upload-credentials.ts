import type { Credential, UploadCredentials } from '../probes/upload-credentials.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { noAgent } from './shared/upload-agent.ts';

const DOCS = 'docs/checks.md#upload-credentials';
/** Of agenix' module for home-manager, which decrypts at login. */
const AGENIX_AGENT = 'org.nix-community.home.activate-agenix';

export const uploadCredentialsCheck = defineCheck({
  id: 'upload-credentials',
  title: 'The keys that the upload reads are there, private, and of the right form',
  why: 'Without its key the upload ends with 0 and one line in its log; with one of the wrong form the server refuses it.',
  tags: ['mac', 'upload', 'secrets'],
  host: {
    needs: ['uploadCredentials', 'launchAgents'],
    evaluate({ uploadCredentials, launchAgents }, { configuration }) {
      const { credentials, keyInPropertyList, unreadable } = uploadCredentials;
      const { agents, uid } = launchAgents;
      if (agents.length === 0) return { skip: noAgent(launchAgents) };
      const context: MendContext = {
        leftovers: uploadCredentials.leftovers,
        // The default is the place of a NixOS configuration, which no Mac has.
        secrets: `${configuration === '/etc/nixos' ? '/etc/nix-darwin' : configuration}/secrets`,
        agenix: `launchctl kickstart -k gui/${uid}/${AGENIX_AGENT}`,
      };
      return {
        findings: [
          ...credentials.flatMap((credential) => troubleOf(credential, context)),
          ...keyInPropertyList.map((label) =>
            exposed(label, agents.find((agent) => agent.label === label)?.file ?? label),
          ),
        ],
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

interface MendContext extends Pick<UploadCredentials, 'leftovers'> {
  readonly secrets: string;
  readonly agenix: string;
}

const NAMES = { immich: 'The key of Immich', pushover: 'The credentials of Pushover' } as const;
const SOURCES = { immich: 'immich-api-key.age', pushover: 'pushover-immich.age' } as const;

function troubleOf(
  { path, of, expected, sourced, state, mode, bytes, form, target }: Credential,
  { leftovers, secrets, agenix }: MendContext,
): FindingDraft[] {
  if (state === 'hidden' || (!expected && state !== 'present')) return [];
  const finding = (
    status: 'fail' | 'warn',
    what: string,
    summary: string,
    observed: string,
    wanted: string,
    mend: { summary: string; commands: string[] },
  ): FindingDraft[] => [
    {
      // Without Pushover photos arrive all the same, and nobody is told of failures.
      status: of === 'pushover' ? 'warn' : status,
      title: `${NAMES[of]} ${what}`,
      summary,
      subject: path,
      evidence: [
        { source: path, observed, expected: wanted },
        ...(state === 'dangling'
          ? leftovers.map((file) => ({
              source: '~/Library/Logs/agenix/stderr',
              observed: `cannot write ${file}, which a run left behind`,
            }))
          : []),
      ],
      fix: { ...mend, docs: DOCS },
    },
  ];
  const edit = {
    summary: 'Write it anew (it opens your editor), and switch.',
    commands: [`cd ${quote(secrets)} && agenix -e ${SOURCES[of]}`, 'sudo darwin-rebuild switch'],
  };
  if (state === 'missing') {
    return finding(
      'fail',
      'is missing',
      'The upload reads it, and it is not there.',
      'no such file',
      'a file',
      {
        summary: 'Let agenix decrypt it. Where it is still missing, it is not declared in the configuration.',
        commands: [agenix, `ls -l ${quote(path)}`],
      },
    );
  }
  if (state === 'dangling') {
    return finding(
      'fail',
      'is a link to nothing',
      'agenix has not decrypted it since the Mac was started, or could not: what it makes lies in a folder that macOS empties.',
      `a link to ${target ?? 'a file'}, which is not there`,
      'a file',
      {
        summary:
          leftovers.length === 0
            ? 'Let agenix decrypt it again; its log says why it could not.'
            : 'Remove the leftover that agenix stumbles over, and let it decrypt again.',
        commands: [
          ...leftovers.map((file) => `rm -f ${quote(file)}`),
          agenix,
          ...(leftovers.length === 0 ? ['tail -n 20 ~/Library/Logs/agenix/stderr'] : []),
        ],
      },
    );
  }
  if (state === 'unreadable') {
    return finding(
      'fail',
      'cannot be read',
      'This user has no permission to read it.',
      `mode ${mode}, not readable`,
      'mode 400',
      {
        summary: 'Make it yours, and readable by you alone.',
        commands: [`sudo chown "$(id -un)" ${quote(path)}`, `chmod 400 ${quote(path)}`],
      },
    );
  }
  if (bytes === 0) {
    return finding('fail', 'is empty', 'The file is there and holds nothing.', '0 bytes', 'a key', edit);
  }
  if (sourced && form !== 'assignments') {
    return finding(
      'fail',
      'is not of the form KEY=value',
      'The script takes it in as shell text, which sets a variable: a bare value there is run as a command, and sets none.',
      form === 'raw' ? 'no line with an equals sign' : 'lines that are not all KEY=value',
      'lines of KEY=value',
      edit,
    );
  }
  if (target?.startsWith('/nix/store/') && Number.parseInt(mode ?? '', 8) & 0o077) {
    return finding(
      'warn',
      'stands in the Nix store',
      'What is in the Nix store everybody can read, for ever; no change of its mode helps.',
      `a link to ${target}, mode ${mode}`,
      'a file of mode 400 outside of the store',
      {
        summary: 'Make a new key, let agenix write it, and take the old one out of the configuration.',
        commands: edit.commands,
      },
    );
  }
  if (Number.parseInt(mode ?? '', 8) & 0o077) {
    return finding(
      'warn',
      'can be read by others',
      'Its mode gives access to other users of the Mac.',
      `mode ${mode}`,
      'mode 400',
      {
        summary: 'Make it readable by its owner alone; where agenix writes it, set its mode there too.',
        commands: [`chmod 400 ${quote(path)}`],
      },
    );
  }
  return [];
}

function exposed(label: string, file: string): FindingDraft {
  return {
    status: 'warn',
    title: `The property list of ${label} holds the key of Immich itself`,
    summary: 'Every user and program of the Mac can read it, and it stands in the Nix store for ever.',
    subject: file,
    evidence: [{ source: file, observed: 'sets IMMICH_API_KEY', expected: 'IMMICH_API_KEY_FILE' }],
    fix: {
      summary:
        'Keep the key in a file of mode 400, name it by IMMICH_API_KEY_FILE, and make a new key: the old one was open.',
      commands: [`plutil -p ${quote(file)} | grep _FILE`],
      docs: DOCS,
    },
  };
}
