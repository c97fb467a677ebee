import type { Secret } from '../../facts/host/agenix.ts';
import type { DecryptionError } from '../../facts/host/agenix-journal.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import type { Step } from '../../model/remedy.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, run, secret as writeSecret } from '../../remedy/steps.ts';
import { absolutePath, secretFile } from '../../remedy/words.ts';
import { type FindingDraft, judgeHost, type TellingKind } from '../define.ts';
import { allHaving, allWith, firstWith } from '../shared/lookup.ts';
import { rebuild, restart } from '../shared/steps.ts';
import { ENCRYPTED, encryptedAgain, IN_PLACE } from './encrypted.ts';
import * as kinds from './kinds.ts';

export const host = judgeHost({
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
    const notChecked = unread.map((path) => `${path}, which a container mounts, was not read`);
    if (secrets.length === 0 && notChecked.length === 0)
      return { skip: 'agenix is not used here (there is no /run/agenix, and no container mounts from it)' };
    const isDeclarationRead = seen.some(({ declaredMode }) => declaredMode !== undefined);
    const known = { unitCommands, units, decryptionErrors, configuration, now, isDeclarationRead };
    const findings = secrets.flatMap((secret) => findingOf(secret, known));
    return { findings, notChecked, lookedAt: { secrets: secrets.length } };
  },
});

const nameOf = (path: string) => path.replace(/^\/run\/agenix\//, '');

interface Known {
  readonly unitCommands: Facts['unitCommands'] | undefined;
  readonly units: Facts['units'] | undefined;
  readonly decryptionErrors: Facts['decryptionErrors'] | undefined;
  readonly configuration: string;
  readonly now: number;
  readonly isDeclarationRead: boolean;
}

function findingOf(
  secret: Secret,
  { unitCommands, units, decryptionErrors = [], configuration, now, isDeclarationRead }: Known,
): FindingDraft[] {
  const { path } = secret;
  const trouble = troubleOf(secret, {
    isEnvironment: allHaving(unitCommands, 'environmentFiles', path).length > 0,
    isValue: allHaving(unitCommands, 'valueFiles', path).length > 0,
    isDeclared: secret.declared || !isDeclarationRead,
    configuration,
  });
  if (trouble === undefined) return [];
  const { kind, observed, expected } = trouble;
  const using = allHaving(unitCommands, 'files', path).map(({ unit }) => unit);
  const dependent = using
    .flatMap((unit) => allHaving(units, 'requires', unit))
    .map(({ id }) => id)
    .sort();
  const name = nameOf(path);
  const errors = trouble.absent ? errorsOf(path, decryptionErrors) : [];
  const steps = trouble.steps ?? absentSteps(errors, name, secret.source ?? `${name}.age`, configuration);
  const affected = [...new Set([...using, ...dependent])];
  return [
    (reasonOf(errors) ?? kind).finding(
      {
        name,
        isUndeclared: secret.state === 'missing' && !secret.declared,
        isLink: secret.state === 'dangling',
        inPlace: trouble.inPlace,
        steps: [...steps, ...restart(affected, { units, now, why: 'Restart the services that use it.' })],
      },
      {
        subject: path,
        evidence: [
          { source: path, observed, expected },
          ...errors.map(({ text, at }) => ({ source: 'journalctl: agenix', observed: text, at })),
          ...using.map((unit) => ({ source: `start command of ${unit}`, observed: `mounts ${path}` })),
        ],
      },
    ),
  ];
}

interface Trouble {
  readonly kind: TellingKind<kinds.OnHost>;
  readonly observed: string;
  readonly expected: string;
  /** It is not there, so that agenix may have said why. */
  readonly absent?: true;
  readonly inPlace?: InPlaceOfEncrypted;
  /** Where writing it again is not the way. */
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

interface Using {
  readonly isEnvironment: boolean;
  readonly isValue: boolean;
  /** What the system declares could be read, so that what is none of it is a leftover. */
  readonly isDeclared: boolean;
  readonly configuration: string;
}

const troubleOf = (secret: Secret, using: Using): Trouble | undefined =>
  troubleOfSource(secret, using) ??
  absenceOf(secret) ??
  troubleOfContent(secret, using) ??
  troubleOfDeclared(secret) ??
  troubleOfMode(secret) ??
  (using.isDeclared ? undefined : troubleOfLeftover(secret));

/** The next activation is without it, whatever is there now. */
function troubleOfSource(
  { inPlaceOfSource: inPlace, path, source = '' }: Secret,
  { configuration }: Using,
): Trouble | undefined {
  if (inPlace === undefined) return undefined;
  const write = writeSteps(nameOf(path), source, configuration);
  return {
    kind: kinds.notEncrypted,
    inPlace,
    observed: `its encrypted file ${source} ${IN_PLACE[inPlace]}`,
    expected: ENCRYPTED,
    steps: [...encryptedAgain(inPlace, source, write), rebuild()],
  };
}

function absenceOf(secret: Secret): Trouble | undefined {
  if (secret.state === 'missing')
    return { kind: kinds.missing, observed: 'no such file', expected: 'a file', absent: true };
  if (secret.state === 'dangling')
    return {
      kind: kinds.dangling,
      observed: 'a dangling link',
      expected: 'a file',
      absent: true,
      steps: [decryptAgain(secret)],
    };
  return undefined;
}

function troubleOfContent({ bytes, form }: Secret, { isEnvironment, isValue }: Using): Trouble | undefined {
  if (bytes === 0) return { kind: kinds.empty, observed: '0 bytes', expected: 'a value' };
  if (isEnvironment && form === 'raw')
    return {
      kind: kinds.notAssignments,
      observed: 'no line with an equals sign',
      expected: 'lines of KEY=value',
    };
  if (isValue && !isEnvironment && form === 'assignments')
    return { kind: kinds.assignments, observed: 'lines of KEY=value', expected: 'the bare value' };
  return undefined;
}

const modeOf = (mode: string | undefined) => Number.parseInt(mode ?? '', 8);

function troubleOfDeclared(secret: Secret): Trouble | undefined {
  const declared = modeOf(secret.declaredMode);
  const steps = [decryptAgain(secret)];
  if (!Number.isNaN(declared) && modeOf(secret.mode) !== declared)
    return {
      kind: kinds.wrongMode,
      observed: `mode ${secret.mode}`,
      expected: `mode ${secret.declaredMode}`,
      steps,
    };
  if (secret.declaredOwner === undefined || !isOwnedByAnother(secret)) return undefined;
  return {
    kind: kinds.wrongOwner,
    observed: secret.owner?.join(' = ') ?? '',
    expected: secret.declaredOwner,
    steps,
  };
}

function troubleOfMode({ mode, path }: Secret): Trouble | undefined {
  if (!(modeOf(mode) & 0o007)) return undefined;
  return {
    kind: kinds.worldReadable,
    observed: `mode ${mode}`,
    expected: 'mode 400',
    steps: [...privateSteps(path), rebuild()],
  };
}

/** What a secret in a folder is called in the configuration is not told by its path. */
function privateSteps(path: string): Step[] {
  const [, name] = /^\/run\/agenix\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined) return [byHand(`Set mode = "0400" for the secret ${path} in age.secrets.`)];
  return [
    edit({
      option: optionPath('age', 'secrets', name, 'mode'),
      after: nixString('0400'),
      why: 'Make it readable by its owner only.',
    }),
  ];
}

/** Nothing says any more whose it is to be, and agenix gives what it decrypts to root where nothing else is said. */
function troubleOfLeftover({ owner = [], path }: Secret): Trouble | undefined {
  const [numbers] = owner;
  if (numbers === undefined || /^0:/.test(numbers)) return undefined;
  return {
    kind: kinds.leftover,
    observed: owner.join(' = '),
    expected: 'root, or a declaration',
    steps: [
      byHand(
        `Find out what reads ${path}. If something does, declare the secret with its owner (age.secrets); otherwise delete the file.`,
      ),
    ],
  };
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
function reasonOf(errors: readonly DecryptionError[]): TellingKind<kinds.OnHost> | undefined {
  const said = (kind: DecryptionError['kind']) => errors.some((error) => error.kind === kind);
  if (said('no-identity')) return kinds.noIdentity;
  return said('not-a-recipient') && !said('no-encrypted-file') ? kinds.notARecipient : undefined;
}

/** A configuration outside of /etc is the user's own, and so are the keys that open its secrets. */
const secretsOf = (configuration: string) => ({
  directory: absolutePath(`${configuration}/secrets`),
  root: configuration.startsWith('/etc/'),
});

const writeSteps = (name: string, source: string, configuration: string): Step[] => [
  writeSecret(secretFile(source), {
    ...secretsOf(configuration),
    why: `Look at the encrypted file of ${name}. If it opens and has a value, leave it as it is: the key of this host may be missing in secrets.nix. If it is missing or empty, restore it from git or a backup, or enter the value again. A database needs the same value as before: another one would lock its clients out. A flake sees a new file only after git add.`,
  }),
];

function absentSteps(
  errors: readonly DecryptionError[],
  name: string,
  source: string,
  configuration: string,
): Step[] {
  switch (reasonOf(errors)) {
    case kinds.noIdentity:
      return [
        byHand(
          'Set age.identityPaths to a key that exists when secrets are decrypted (in /etc/ssh, or on a disk that is mounted by then), and encrypt the secret for that key.',
        ),
        rebuild(),
      ];
    case kinds.notARecipient:
      return [
        run(['cat', '--', '/etc/ssh/ssh_host_ed25519_key.pub'], { why: "Show this host's public key." }),
        byHand(`Add that key to the publicKeys of ${source} in secrets.nix.`),
        run(['agenix', '-r'], {
          ...secretsOf(configuration),
          why: 'Encrypt the secrets again for their current recipients.',
        }),
        rebuild(),
      ];
    default:
      return [...writeSteps(name, source, configuration), rebuild()];
  }
}
