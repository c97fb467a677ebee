import type { Secret } from '../../facts/host/agenix.ts';
import type { DecryptionError } from '../../facts/host/agenix-journal.ts';
import type { Step } from '../../model/remedy.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, run, secret as writeSecret } from '../../remedy/steps.ts';
import { absolutePath, secretFile } from '../../remedy/words.ts';
import { type Check, type FindingDraft, judgeHost } from '../define.ts';
import { allHaving, allWith, firstWith } from '../shared/lookup.ts';
import { rebuild, restart } from '../shared/steps.ts';
import { documentation } from './documentation.ts';
import { source } from './source.ts';

export const agenixSecrets: Check = {
  id: 'agenix-secrets',
  title: 'Every secret is there, readable only by its owner, and of the right form',
  why: 'When one secret cannot be decrypted, agenix links the new generation without it and deletes the old one: it vanishes at the next switch.',
  tags: ['agenix', 'secrets'],
  documentation,
  host: judgeHost({
    needs: ['secrets'],
    wants: ['unitCommands', 'units', 'decryptionErrors'],
    evaluate({ secrets: seen, unitCommands, units, decryptionErrors }, { configuration, names, now }) {
      const secrets: Secret[] = [
        ...seen,
        ...names.secrets
          .filter((path) => firstWith(seen, 'path', path) === undefined)
          .map((path) => ({ path, state: 'missing' as const, declared: false })),
      ];
      const mounted = (unitCommands ?? []).flatMap(({ files }) =>
        files.filter((path) => path.startsWith('/run/agenix/')),
      );
      const unread = [...new Set(mounted)].filter((path) => firstWith(secrets, 'path', path) === undefined);
      const unseen = unread.map((path) => `${path} is mounted, and it was not looked at whether it is there`);
      if (secrets.length === 0 && unseen.length === 0)
        return { skip: 'agenix is not used here (no /run/agenix, and nothing mounts from it)' };
      const findings = secrets.flatMap((secret): FindingDraft[] => {
        const using = allHaving(unitCommands, 'files', secret.path).map(({ unit }) => unit);
        const dependent = using
          .flatMap((unit) => allHaving(units, 'requires', unit))
          .map(({ id }) => id)
          .sort();
        const affected = [...new Set([...using, ...dependent])];
        const name = secret.path.replace(/^\/run\/agenix\//, '');
        const source = secret.source ?? `${name}.age`;
        const trouble = troubleOf(secret, {
          isEnvironment: allHaving(unitCommands, 'environmentFiles', secret.path).length > 0,
          isValue: allHaving(unitCommands, 'valueFiles', secret.path).length > 0,
        });
        if (trouble === undefined) return [];
        const errors = trouble.absent ? errorsOf(secret.path, decryptionErrors ?? []) : [];
        const steps = trouble.steps ?? absentSteps(errors, name, source, configuration);
        return [
          {
            kind: reasonOf(errors) ?? trouble.kind,
            status: trouble.status,
            title: `The secret ${name} ${trouble.what}`,
            summary: trouble.summary,
            subject: secret.path,
            evidence: [
              { source: secret.path, observed: trouble.observed, expected: trouble.expected },
              ...errors.map(({ text, at }) => ({ source: 'journalctl: agenix', observed: text, at })),
              ...using.map((unit) => ({
                source: `start command of ${unit}`,
                observed: `mounts ${secret.path}`,
              })),
            ],
            remedy: {
              lasting: [...steps, ...restart(affected, { units, now, why: 'Restart what uses it.' })],
            },
          },
        ];
      });
      return { findings, unseen, lookedAt: { secrets: secrets.length } };
    },
  }),
  source,
};

interface Trouble {
  readonly kind: string;
  readonly status: 'fail' | 'warn';
  readonly what: string;
  readonly summary: string;
  readonly observed: string;
  readonly expected: string;
  /** It is not there, so that agenix may have said why. */
  readonly absent?: true;
  /** Where writing it anew is not the way. */
  readonly steps?: readonly Step[];
}

/** Lets the running system decrypt its secrets again. */
const decryptAgain = ({ byUnit }: Secret): Step =>
  byUnit
    ? run(['systemctl', 'restart', '--', 'agenix-install-secrets.service'], {
        root: true,
        why: 'Decrypt the secrets again.',
      })
    : run(['/run/current-system/activate'], { root: true, why: 'Decrypt the secrets again.' });

function troubleOf(
  secret: Secret,
  { isEnvironment, isValue }: { isEnvironment: boolean; isValue: boolean },
): Trouble | undefined {
  if (secret.state === 'missing') {
    return {
      status: 'fail',
      kind: 'missing',
      what: 'is missing',
      summary: secret.declared
        ? 'It is declared or mounted, and was not decrypted: its file is absent, or this host is not among its recipients.'
        : 'The settings say that it has to exist, and nothing on this host declares it.',
      observed: 'no such file',
      expected: 'a file',
      absent: true,
    };
  }
  if (secret.state === 'dangling') {
    return {
      status: 'fail',
      kind: 'dangling',
      what: 'is a link to nothing',
      summary: 'Its link is there, and what it points to is gone.',
      observed: 'a dangling link',
      expected: 'a file',
      absent: true,
      steps: [decryptAgain(secret)],
    };
  }
  if (secret.bytes === 0) {
    return {
      status: 'fail',
      kind: 'empty',
      what: 'is empty',
      summary: 'The file is there and holds nothing.',
      observed: '0 bytes',
      expected: 'a value',
    };
  }
  if (isEnvironment && secret.form === 'raw') {
    return {
      status: 'fail',
      kind: 'not-assignments',
      what: 'is read as an environment file and is not of the form KEY=value',
      summary: 'podman takes each line as KEY=value: without one, no variable is set.',
      observed: 'no line with an equals sign',
      expected: 'lines of KEY=value',
    };
  }
  if (isValue && !isEnvironment && secret.form === 'assignments') {
    return {
      status: 'warn',
      kind: 'assignments',
      what: 'is read as a bare value and looks like KEY=value',
      summary:
        'A variable named …_FILE hands over the whole content, with the KEY= in it: the other side then refuses it (an API answers 401).',
      observed: 'lines of KEY=value',
      expected: 'the bare value',
    };
  }
  const mode = Number.parseInt(secret.mode ?? '', 8);
  const declared = Number.parseInt(secret.declaredMode ?? '', 8);
  if (!Number.isNaN(declared) && mode !== declared) {
    return {
      status: 'warn',
      kind: 'wrong-mode',
      what: 'has another mode than it is declared with',
      summary: 'Somebody changed it by hand, or the activation did not end.',
      observed: `mode ${secret.mode}`,
      expected: `mode ${secret.declaredMode}`,
      steps: [decryptAgain(secret)],
    };
  }
  if (secret.declaredOwner !== undefined && isOwnedByAnother(secret)) {
    return {
      status: 'warn',
      kind: 'wrong-owner',
      what: 'belongs to another user than it is declared for',
      summary:
        'Who is to read it may not be able to: the activation did not end, or that user did not exist then.',
      observed: secret.owner?.join(' = ') ?? '',
      expected: secret.declaredOwner,
      steps: [decryptAgain(secret)],
    };
  }
  if (mode & 0o007) {
    return {
      status: 'warn',
      kind: 'world-readable',
      what: 'can be read by everybody',
      summary: 'Its mode gives access to all users of the host.',
      observed: `mode ${secret.mode}`,
      expected: 'mode 400',
      steps: [
        edit({
          option: optionPath('age', 'secrets', secret.path.replace(/^.*\//, ''), 'mode'),
          after: nixString('0400'),
          why: 'Let only its owner read it.',
        }),
        rebuild(),
      ],
    };
  }
  return undefined;
}

/** The declaration may name users by name or by number, each on its own. */
function isOwnedByAnother({ declaredOwner = '', owner = [] }: Secret): boolean {
  if (owner.length === 0) return false;
  const [user, group] = declaredOwner.split(':');
  const parts = owner.map((each) => each.split(':'));
  return !parts.some(([each]) => each === user) || !parts.some(([, each]) => each === group);
}

/** What agenix said last about the secret, or about all of them. */
function errorsOf(path: string, errors: readonly DecryptionError[]): DecryptionError[] {
  const own = allWith(errors, 'secret', path);
  return own.length > 0 ? own.slice(-2) : allWith(errors, 'secret', undefined).slice(-1);
}

/** Why it was not decrypted, where agenix tells. */
function reasonOf(errors: readonly DecryptionError[]): 'no-identity' | 'not-a-recipient' | undefined {
  const said = (kind: DecryptionError['kind']) => errors.some((error) => error.kind === kind);
  if (said('no-identity')) return 'no-identity';
  return said('not-a-recipient') && !said('no-encrypted-file') ? 'not-a-recipient' : undefined;
}

function absentSteps(
  errors: readonly DecryptionError[],
  name: string,
  source: string,
  configuration: string,
): Step[] {
  // A configuration outside of /etc is the user's own, and so are the keys that open its secrets.
  const place = {
    directory: absolutePath(`${configuration}/secrets`),
    root: configuration.startsWith('/etc/'),
  };
  switch (reasonOf(errors)) {
    case 'no-identity':
      return [
        byHand(
          'Set age.identityPaths to a key that is there when secrets are decrypted (in /etc/ssh, or on a disk that is mounted by then), and encrypt the secret for it.',
        ),
        rebuild(),
      ];
    case 'not-a-recipient':
      return [
        run(['cat', '--', '/etc/ssh/ssh_host_ed25519_key.pub'], { why: "Show this host's public key." }),
        byHand(`Add that key to the publicKeys of ${source} in secrets.nix.`),
        run(['agenix', '-r'], { ...place, why: 'Encrypt the secrets again, for their present recipients.' }),
        rebuild(),
      ];
    default:
      return [
        writeSecret(secretFile(source), {
          ...place,
          why: `Write the secret ${name}; it opens your editor. Where a database was made with it, write the same value as before: another one would lock its clients out. A flake sees a new file only after git add.`,
        }),
        rebuild(),
      ];
  }
}
