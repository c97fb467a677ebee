import type { Secret } from '../../facts/host/agenix.ts';
import type { DecryptionError } from '../../facts/host/agenix-journal.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import { type FindingDraft, judgeHost, type TellingKind } from '../define.ts';
import { allHaving, allWith, firstWith } from '../shared/lookup.ts';
import { rebuild, restart } from '../shared/steps.ts';
import { ENCRYPTED, IN_PLACE } from './encrypted.ts';
import * as kinds from './kinds.ts';
import { allowsOthers } from './others.ts';
import { writeAnew } from './steps.ts';

export const host = judgeHost({
  needs: ['secrets'],
  wants: ['unitCommands', 'units', 'decryptionErrors', 'system'],
  evaluate({ secrets: seen, unitCommands, units, decryptionErrors, system }, { configuration, names, now }) {
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
    const notChecked = [
      ...unread.map(
        (path) =>
          `whether ${path} exists was not read, although a container mounts it: see sudo ls -lL /run/agenix`,
      ),
      ...seen
        .filter(
          ({ state, declaredOwner, owner }) =>
            state === 'present' && declaredOwner !== undefined && owner === undefined,
        )
        .map(({ path }) => `the owner of ${path} was not read`),
      ...seen
        .filter(({ bytes, form }) => bytes === 1 && form !== 'blank')
        .map(({ path }) => `whether ${path} holds its value is not known: it has only one byte`),
    ];
    if (secrets.length === 0 && notChecked.length === 0)
      return { skip: 'agenix is not used here (there is no /run/agenix, and no container mounts from it)' };
    const isDeclarationRead = seen.some(({ declaredMode }) => declaredMode !== undefined);
    const boot = (system?.bootedAt ?? 0) - STAGES_MS;
    const lateKey = keyThatCameLate(decryptionErrors ?? [], seen[0]?.keys ?? [], boot);
    const known = { unitCommands, units, decryptionErrors, configuration, now, isDeclarationRead, lateKey };
    const findings = [
      ...secrets.flatMap((secret) => findingOf(secret, known)),
      ...goneAfterReboot(secrets, lateKey),
    ];
    return { findings, notChecked, lookedAt: { secrets: secrets.length } };
  },
});

/** Secrets are decrypted before systemd starts, which is what is known of the boot. */
const STAGES_MS = 300_000;

interface LateKey {
  readonly path: string;
  readonly noneFound: DecryptionError;
}

/** A key that is there now, while agenix found none at boot: one that is no longer declared has been dealt with. */
function keyThatCameLate(
  errors: readonly DecryptionError[],
  keys: NonNullable<Secret['keys']>,
  boot: number,
): LateKey | undefined {
  const noneFound = errors.find(({ kind, at }) => kind === 'no-identity' && at >= boot);
  const missed = noneFound?.missed ?? [];
  // A key that it did not miss at boot was added since, and will be there at the next.
  if (noneFound === undefined || keys.some(({ path }) => !missed.includes(path))) return undefined;
  const path = keys.find(({ isThere }) => isThere)?.path;
  return path === undefined ? undefined : { path, noneFound };
}

function goneAfterReboot(secrets: readonly Secret[], key: LateKey | undefined): FindingDraft[] {
  const present = secrets.filter(({ state, declared }) => declared && state === 'present');
  if (key === undefined || present.length === 0) return [];
  return [
    kinds.goneAfterReboot.finding(
      { key: key.path, count: present.length },
      {
        subject: key.path,
        evidence: [
          { source: 'journalctl: agenix', observed: key.noneFound.text, at: key.noneFound.at },
          {
            source: key.path,
            observed: 'missing at boot, exists now',
            expected: 'a key that exists at boot',
          },
        ],
        since: key.noneFound.at,
        count: present.length,
      },
    ),
  ];
}

const nameOf = (path: string) => path.replace(/^\/run\/agenix\//, '');

interface Known {
  readonly unitCommands: Facts['unitCommands'] | undefined;
  readonly units: Facts['units'] | undefined;
  readonly decryptionErrors: Facts['decryptionErrors'] | undefined;
  readonly configuration: string;
  readonly now: number;
  readonly isDeclarationRead: boolean;
  readonly lateKey: LateKey | undefined;
}

function findingOf(
  secret: Secret,
  { unitCommands, units, decryptionErrors = [], configuration, now, isDeclarationRead, lateKey }: Known,
): FindingDraft[] {
  const { path } = secret;
  const trouble = troubleOf(secret, {
    isEnvironment: allHaving(unitCommands, 'environmentFiles', path).length > 0,
    isValue: allHaving(unitCommands, 'valueFiles', path).length > 0,
    isDeclared: secret.declared || !isDeclarationRead,
  });
  if (trouble === undefined) return [];
  const { observed, expected } = trouble;
  const using = allHaving(unitCommands, 'files', path).map(({ unit }) => unit);
  const dependent = using
    .flatMap((unit) => allHaving(units, 'requires', unit))
    .map(({ id }) => id)
    .sort();
  const name = nameOf(path);
  const file = secret.source ?? `${name}.age`;
  const affected = [...new Set([...using, ...dependent])];
  const restarts = restart(affected, { units, now, why: 'Restart the services that use it.' });
  const errors = secret.state === 'present' ? [] : errorsOf(path, decryptionErrors);
  const shown = {
    subject: path,
    evidence: [
      { source: path, observed, expected },
      ...errors.map(({ text, at }) => ({ source: 'journalctl: agenix', observed: text, at })),
      ...using.map((unit) => ({ source: `start command of ${unit}`, observed: `mounts ${path}` })),
    ],
  };
  if ('inPlace' in trouble) {
    const write = writeAnew({ file, configuration });
    const after = [rebuild(), ...restarts];
    return [kinds.notEncrypted.finding({ name, file, inPlace: trouble.inPlace, write, after }, shown)];
  }
  const about = {
    name,
    path,
    file,
    configuration,
    isUndeclared: secret.state === 'missing' && !secret.declared,
    isLink: secret.state === 'dangling',
    byUnit: secret.byUnit ?? false,
    owner: secret.owner?.at(-1)?.split(':')[0],
    othersMay: allowsOthers(secret.mode ?? ''),
    restart: restarts,
  };
  const kind = reasonOf(errors) ?? trouble.kind;
  const [said] = errors;
  const seen = said === undefined ? shown : { ...shown, since: said.at };
  if (kind === kinds.noIdentity && lateKey !== undefined && secret.state !== 'present')
    return [kinds.keyTooLate.finding({ ...about, key: lateKey.path }, seen)];
  return [kind.finding(about, seen)];
}

type Trouble = { readonly observed: string; readonly expected: string } & (
  | { readonly kind: TellingKind<kinds.OnHost> }
  | { readonly inPlace: InPlaceOfEncrypted }
);

interface Using {
  readonly isEnvironment: boolean;
  readonly isValue: boolean;
  /** What the system declares could be read, so that what is none of it is a leftover. */
  readonly isDeclared: boolean;
}

const troubleOf = (secret: Secret, using: Using): Trouble | undefined =>
  troubleOfSource(secret) ??
  absenceOf(secret) ??
  troubleOfContent(secret, using) ??
  troubleOfDeclared(secret) ??
  troubleOfMode(secret) ??
  (using.isDeclared ? undefined : troubleOfLeftover(secret));

/** The next activation is without it, whatever is there now. */
function troubleOfSource({ inPlaceOfSource: inPlace, source = '' }: Secret): Trouble | undefined {
  if (inPlace === undefined) return undefined;
  return {
    inPlace,
    observed: `its encrypted file ${source} ${IN_PLACE[inPlace]}`,
    expected: ENCRYPTED,
  };
}

function absenceOf({ state }: Secret): Trouble | undefined {
  if (state === 'present') return undefined;
  return state === 'missing'
    ? { kind: kinds.missing, observed: 'no such file', expected: 'a file' }
    : { kind: kinds.dangling, observed: 'a dangling link', expected: 'a file' };
}

function troubleOfContent({ bytes, form }: Secret, { isEnvironment, isValue }: Using): Trouble | undefined {
  if (bytes === 0) return { kind: kinds.empty, observed: '0 bytes', expected: 'a value' };
  if (form === 'blank')
    return { kind: kinds.empty, observed: 'only blanks and line breaks', expected: 'a value' };
  if (isEnvironment && form === 'valueless')
    return { kind: kinds.empty, observed: 'no variable has a value', expected: 'lines of KEY=value' };
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
  if (!Number.isNaN(declared) && modeOf(secret.mode) !== declared)
    return {
      kind: kinds.wrongMode,
      observed: `mode ${secret.mode}`,
      expected: `mode ${secret.declaredMode}`,
    };
  if (secret.declaredOwner === undefined || !isOwnedByAnother(secret)) return undefined;
  return {
    kind: kinds.wrongOwner,
    observed: ownerText(secret),
    expected: `owner ${secret.declaredOwner}`,
  };
}

/** `owner 999:999 (postgres:postgres)` */
function ownerText({ owner: [numbers, names] = [] }: Secret): string {
  return `owner ${numbers}${names === undefined ? '' : ` (${names})`}`;
}

function troubleOfMode({ mode }: Secret): Trouble | undefined {
  if (allowsOthers(mode ?? '') === undefined) return undefined;
  return {
    kind: kinds.worldReadable,
    observed: `mode ${mode}`,
    expected: 'mode 400',
  };
}

/** Nothing says any more whose it is to be, and agenix gives what it decrypts to root where nothing else is said. */
function troubleOfLeftover(secret: Secret): Trouble | undefined {
  const [numbers] = secret.owner ?? [];
  if (numbers === undefined || /^0:/.test(numbers)) return undefined;
  return {
    kind: kinds.leftover,
    observed: ownerText(secret),
    expected: 'owner root, or a declaration',
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
  if (said('no-encrypted-file')) return kinds.noEncryptedFile;
  if (said('damaged')) return kinds.damaged;
  return said('not-a-recipient') ? kinds.notARecipient : undefined;
}
