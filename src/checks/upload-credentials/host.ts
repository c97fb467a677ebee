import { noAgent } from '../../facts/host/upload-agent.ts';
import type {
  Credential,
  KeyInPropertyList,
  UploadCredentials,
} from '../../facts/host/upload-credentials.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import * as kinds from './kinds.ts';

export const host = judgeHost({
  needs: ['uploadCredentials', 'launchAgents'],
  evaluate({ uploadCredentials, launchAgents }) {
    const { credentials, keyInPropertyList, unreadable } = uploadCredentials;
    const { agents, uid, home } = launchAgents;
    if (agents.length === 0) return { skip: noAgent(launchAgents) };
    return {
      findings: [
        ...credentials.flatMap((credential) => troubleOf(credential, uploadCredentials, uid)),
        ...keyInPropertyList.map((key) =>
          exposed(key, agents.find(({ file }) => file === key.file)?.label ?? key.file, home),
        ),
      ],
      lookedAt: { uploadKeys: credentials.filter(isJudged).length + keyInPropertyList.length },
      notChecked: [
        ...unreadable.map((path) => `${path} cannot be read, so it is not known which keys it needs`),
        ...credentials
          .filter(({ state }) => state === 'hidden')
          .map(({ path }) => `this user cannot read ${path}`),
        ...(credentials.some(isKey) || keyInPropertyList.length > 0
          ? []
          : ['which file holds the Immich key is not known']),
      ],
    };
  },
});

/** A script knows only the files that it names. */
const isKey = ({ of, expected, state, sourced, form }: Credential) =>
  of === 'immich' && form !== 'unclear' && (expected || (state === 'present' && !sourced));

const isJudged = ({ state, expected }: Credential) => state !== 'hidden' && (expected || state === 'present');

/** What is wrong with it, the worst first, and what was seen. */
function troubleOf(
  credential: Credential,
  { leftovers, foreignLeftovers }: UploadCredentials,
  uid: number,
): FindingDraft[] {
  const { expected, sourced, state, mode, bytes, form, target } = credential;
  if (!isJudged(credential)) return [];
  const found = (kind: typeof kinds.missing, observed: string, wanted: string) => [
    findingOf({ ...credential, leftovers, foreignLeftovers, uid }, kind, observed, wanted),
  ];
  if (state === 'missing') return found(kinds.missing, 'no such file', 'a file');
  if (state === 'dangling')
    return found(kinds.dangling, `a dangling link to ${target ?? 'a file'}`, 'a file');
  if (state === 'unreadable')
    return found(kinds.unreadable, `mode ${mode}, not readable`, 'a file that you can read');
  if (bytes === 0 || form === 'blank')
    return found(kinds.empty, bytes === 0 ? '0 bytes' : 'no value', 'a key');
  if (form === 'carriage-return')
    return found(kinds.carriageReturn, 'Windows line endings', 'Unix line endings');
  if (form === 'other-names') {
    return expected ? found(kinds.otherName, 'no value for IMMICH_API_KEY', 'IMMICH_API_KEY=value') : [];
  }
  if (sourced && form !== 'assignments' && form !== 'unclear')
    return found(
      kinds.wrongForm,
      form === 'raw' ? 'no line with an equals sign' : 'lines that are not all KEY=value',
      'lines of KEY=value',
    );
  if ((Number.parseInt(mode ?? '', 8) & 0o077) === 0) return [];
  return target?.startsWith('/nix/store/')
    ? found(
        kinds.inNixStore,
        `a link to ${target}, mode ${mode}`,
        'a file outside of the store, with mode 600',
      )
    : found(kinds.openToOthers, `mode ${mode}`, 'mode 600');
}

function findingOf(
  file: kinds.KeyFile,
  kind: typeof kinds.missing,
  observed: string,
  expected: string,
): FindingDraft {
  const { path, of, state, leftovers, foreignLeftovers } = file;
  const { status, what } = kind;
  return kind.finding(file, {
    // Without Pushover photos arrive all the same, and nobody is told of failures.
    status: of === 'pushover' ? 'warn' : status,
    subject: path,
    evidence: [
      { source: path, observed, expected },
      ...(state === 'dangling'
        ? [...leftovers, ...foreignLeftovers].map((leftover) => ({
            source: '~/Library/Logs/agenix/stderr',
            observed: `cannot write ${leftover}, left behind by an earlier run`,
          }))
        : []),
    ],
    ...(of === 'immich' && status === 'fail'
      ? { affects: { what: 'photo upload', state: 'down', cause: `the Immich key ${what}` } }
      : {}),
  });
}

const exposed = ({ file, as }: KeyInPropertyList, label: string, home: string): FindingDraft =>
  kinds.keyInPropertyList.finding(
    { label, as, home },
    {
      subject: file,
      evidence: [
        {
          source: file,
          observed: as === 'variable' ? 'sets IMMICH_API_KEY' : 'ProgramArguments hold the key',
          expected: 'IMMICH_API_KEY_FILE',
        },
      ],
    },
  );
