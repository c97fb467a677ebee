import { posix } from 'node:path';
import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { identities as identitiesFact } from '../../facts/config/identities.ts';
import type {
  DeclaredRules,
  DeclaredSecret,
  DeclaredSecrets,
  SecretUse,
} from '../../facts/config/secrets.ts';
import { settingOf } from '../../facts/config/stated.ts';
import { type Text, unknownIn, wholeText } from '../../facts/config/text.ts';
import { ifKnown, isKnown } from '../../model/known.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Opaque } from '../../nix/data.ts';
import { nixString } from '../../remedy/nix-text.ts';
import { byHand, run, secret as writeSecret } from '../../remedy/steps.ts';
import { absolutePath, secretFile } from '../../remedy/words.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { placeIn, rebuildOf } from '../shared/steps.ts';
import { identityFindings } from './declared-identity.ts';
import { ENCRYPTED, IN_PLACE } from './encrypted.ts';
import type { Where } from './kinds.ts';
import * as kinds from './kinds.ts';
import { allowsOthers } from './others.ts';
import { readsValueFile } from './value-files.ts';

export const source = judgeSource({
  needs: ['secrets'],
  wants: ['containers', 'identities'],
  elsewhere: {
    things: ['age.secrets.*', 'home-manager.users.*.age.secrets.*'],
    settings: identitiesFact.options,
  },
  evaluate({ secrets, containers = [], identities }, where) {
    const literals = containers.flatMap((container) => literalPasswords(container, where));
    const { items: declared, rest } = secrets.secrets;
    const isUsed = declared.length > 0 || (secrets.uses.length > 0 && rest === undefined);
    const open = containers.flatMap(openPasswords);
    if (!isUsed && literals.length + open.length + secrets.notKnown.length === 0) {
      if (secrets.hasSops && secrets.uses.length === 0)
        return { skip: 'its secrets are managed by sops-nix', unlessIn: ['containers'] };
      if (rest === undefined)
        return { skip: 'agenix is not used here (age.secrets)', unlessIn: ['containers'] };
    }
    const ruleOf = ruleByPath(secrets.rules);
    const used = notWhereUsed(secrets, where);
    const ofSystem = declared.filter(({ option }) => option === 'age.secrets').map(({ name }) => name);
    const keys =
      identities === undefined
        ? { findings: [], notChecked: [] }
        : identityFindings(identities, ofSystem, where);
    return {
      findings: [
        ...declared.flatMap((secret) => [
          ...fileOf(secret, secrets, where),
          ...inPlaceOf(secret, secrets.rules, where),
          ...modeOf(secret, where),
          ...recipientsOf(secret, secrets.rules, ruleOf, where),
        ]),
        ...used.findings,
        ...keys.findings,
        ...literals,
        ...differentSecrets(containers, declared, where),
      ],
      notChecked: [
        ...used.notChecked,
        ...secrets.notKnown,
        ...keys.notChecked,
        ...notCheckedOf(secrets, ruleOf),
        ...open,
      ],
      lookedAt: {
        secrets: new Set([
          ...declared.map(({ option, name }) => `${option}.${name}`),
          ...secrets.uses.map(({ secret }) => `age.secrets.${secret}`),
        ]).size,
        containers: containers.length,
      },
      ...(declared.length > 0 && secrets.rules.length === 0
        ? {
            note: 'no secrets.nix is in this folder: for which keys the secrets are encrypted was not checked',
          }
        : {}),
    };
  },
});

type RuleByPath = ReadonlyMap<string, DeclaredRules['items'][number]>;

/** By the encrypted file; of several the first. */
function ruleByPath(rules: readonly DeclaredRules[]): RuleByPath {
  const all = rules.flatMap(({ items }) => items);
  return new Map(all.toReversed().map((rule) => [rule.path, rule]));
}

function fileOf(
  { name, file }: DeclaredSecret,
  { rules, isFlake }: DeclaredSecrets,
  where: Where,
): FindingDraft[] {
  if (!isKnown(file) || file.value.exists) return [];
  const { at, value } = file;
  const of = nearest(value.path, rules);
  const isRuled = rules.some(
    ({ items, rest }) => rest !== undefined || items.some(({ path }) => path === value.path),
  );
  return [
    kinds.fileMissing.finding(
      { name, path: value.path, isFlake, write: writeSteps(name, value.path, of, isRuled, where), where },
      {
        subject: name,
        evidence: [
          evidenceAt(
            at,
            `age.secrets.${name}.file is ${value.path}, which does not exist`,
            'an encrypted file',
          ),
          ...(isRuled || of === undefined
            ? []
            : [
                evidenceAt(
                  beginningOf(of),
                  `${of.file} does not mention it`,
                  `${nixString(keyIn(of, value.path))}.publicKeys = [ … ];`,
                ),
              ]),
        ],
      },
    ),
  ];
}

function inPlaceOf(
  { name, file }: DeclaredSecret,
  rules: readonly DeclaredRules[],
  where: Where,
): FindingDraft[] {
  const what = ifKnown(ifKnown(file)?.instead);
  if (!isKnown(file) || what === undefined) return [];
  const { path } = file.value;
  const write = writeSteps(name, path, nearest(path, rules), true, where, false);
  return [
    kinds.notEncrypted.finding(
      { name, inPlace: what, file: path, write, after: [rebuildOf(where.system)] },
      {
        subject: name,
        evidence: [
          evidenceAt(file.at, `age.secrets.${name}.file is ${path}, which ${IN_PLACE[what]}`, ENCRYPTED),
        ],
      },
    ),
  ];
}

function modeOf({ name, mode }: DeclaredSecret, where: Where): FindingDraft[] {
  const text = wholeText(mode);
  const othersMay = allowsOthers(text ?? '');
  if (mode.state !== 'known' || othersMay === undefined) return [];
  return [
    kinds.declaredWorldReadable.finding(
      { name, at: mode.at, othersMay, where },
      {
        subject: name,
        evidence: [
          evidenceAt(mode.at, `age.secrets.${name}.mode is ${text}`, '0400, the default, with owner'),
        ],
      },
    ),
  ];
}

function recipientsOf(
  { name, file }: DeclaredSecret,
  rules: readonly DeclaredRules[],
  ruleOf: RuleByPath,
  where: Where,
): FindingDraft[] {
  if (!isKnown(file) || !file.value.exists || rules.length === 0) return [];
  const { at, value } = file;
  const rule = ruleOf.get(value.path);
  if (rule === undefined) {
    if (rules.some(({ rest }) => rest !== undefined)) return [];
    const of = nearest(value.path, rules);
    return [
      kinds.noRule.finding(
        { name, rules: of?.file, rule: ruleStep(of, value.path, where), rekey: rekey(of, where), where },
        {
          subject: name,
          evidence: [
            evidenceAt(
              at,
              `age.secrets.${name}.file is ${value.path}`,
              `a line ${nixString(keyIn(of, value.path))}.publicKeys = [ … ]; in ${of?.file}`,
            ),
          ],
        },
      ),
    ];
  }
  const recipients = ifKnown(rule.recipients);
  if (recipients === undefined) return [];
  const about = { name, at: rule.at, rekey: rekey(nearest(value.path, rules), where), where };
  const seen = (observed: string, expected: string) => ({
    subject: name,
    evidence: [
      evidenceAt(rule.at, observed, expected),
      evidenceAt(at, `age.secrets.${name}.file is ${value.path}`),
    ],
  });
  if (recipients.count === 0)
    return [
      kinds.noRecipients.finding(
        about,
        seen(`${value.path} has no publicKeys`, 'the key of this host, and yours'),
      ),
    ];
  const [notKey] = recipients.notKeys;
  if (notKey === undefined) return [];
  return [
    kinds.notAKey.finding(
      { ...about, notKey },
      seen(`the publicKeys of ${value.path} have ${notKey}`, 'ssh-ed25519 …, ssh-rsa … or age1…'),
    ),
  ];
}

/** Secrets that something takes, and that nothing declares on this host, or that lie elsewhere. */
function notWhereUsed(
  { secrets: { items, rest }, uses }: DeclaredSecrets,
  where: Where,
): { readonly findings: readonly FindingDraft[]; readonly notChecked: readonly string[] } {
  if (rest !== undefined) return { findings: [], notChecked: [] };
  const own = items.filter(({ option }) => option === 'age.secrets');
  const named = new Map(own.map((secret) => [secret.name, secret]));
  const places = own.flatMap((secret) => ifKnown(secret.places) ?? []);
  const [open] = own.flatMap((secret) => (secret.places.state === 'unknown' ? [secret.places.reason] : []));
  const isThere = ({ secret, path, written }: SecretUse) =>
    path === undefined
      ? named.has(secret)
      : places.some((place) => place === path || place.startsWith(`${path}/`)) ||
        written.every((text) => places.some((place) => place.startsWith(path) && text.startsWith(place)));
  const wrong = uses.filter((use) => !isThere(use));
  const byName = wrong.filter(({ path }) => path === undefined || open === undefined);
  return {
    findings: [...Map.groupBy(byName, ({ secret }) => secret)].flatMap(([name, all]): FindingDraft[] => {
      const [first] = all;
      const [place] = ifKnown(named.get(name)?.places) ?? [];
      if (first === undefined) return [];
      const evidence = (expected: string) =>
        all.map(({ at, option, path }) =>
          evidenceAt(at, `${option} uses ${place === undefined ? `the secret ${name}` : path}`, expected),
        );
      return [
        place === undefined
          ? kinds.notDeclared.finding(
              { name, at: first.at, where },
              { subject: name, evidence: evidence(`age.secrets.${name}`) },
            )
          : kinds.notAtPath.finding(
              { name, path: first.path ?? '', place, at: first.at, where },
              { subject: name, evidence: evidence(place) },
            ),
      ];
    }),
    notChecked: open !== undefined && wrong.length > byName.length ? [open] : [],
  };
}

const OF_A_DATABASE = '(?:POSTGRES|POSTGRESQL|DB|DATABASE|PG|MYSQL|MYSQL_ROOT|MARIADB|MARIADB_ROOT|REDIS)';
const PASSWORD = new RegExp(`^${OF_A_DATABASE}_?PASSWORD$`);
/** Of anything: `GITEA__database__PASSWD`, `WEBUI_PASSWORD`. */
const ANY_PASSWORD = /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASSCODE)$/i;
/** Often one, but `GPIO_PIN=17` and `TWO_PASS=yes` are none. */
const OFTEN_PASSWORD = /(?:^|_)(?:PIN|PASS)$|_PWD$/i;
/** Whether there is one, where it lies, or what is left of it. */
const NO_PASSWORD = /^(?:true|false|yes|no|on|off|0|1|\/.*|file:.*|\$\w+\$.*)$/is;
const URL_NAME = new RegExp(`^${OF_A_DATABASE}_?UR[IL]$`);
/** Stands for what is not known of a text. */
const OPEN = '\0';
const IN_URL = /^[a-z][\w+.-]*:\/\/[^/:@\s]*:([^/@\s]+)@/i;
/** What is not known may hold the user and the password. */
const OPEN_URL = /^(?:[a-z][\w+.-]*:\/\/)?[^/@]*\0/i;
const PLACEHOLDER = /^\$(?:\w+|\{\w+\})$/;

const openText = ({ parts }: Text): string =>
  parts.map((part) => (typeof part === 'string' ? part : (part.text ?? holeOf(part)))).join('');

/** What sops-nix writes in place of a secret into its templates is no secret itself. */
const holeOf = ({ name = '' }: Opaque) => (/^config\.sops\.placeholder\./.test(name) ? '$PLACEHOLDER' : OPEN);

/** The password that a variable has, by its name or as a part of a URL. */
function passwordIn(key: string, text: string): string {
  if (PASSWORD.test(key)) return text.trim();
  if (ANY_PASSWORD.test(key) || isOftenPassword(key, text.trim()))
    return NO_PASSWORD.test(text.trim()) ? '' : text.trim();
  return IN_URL.exec(text)?.[1] ?? (URL_NAME.test(key) && OPEN_URL.test(text) ? OPEN : '');
}

const isOftenPassword = (key: string, text: string): boolean =>
  OFTEN_PASSWORD.test(key) && (/PIN$/i.test(key) ? /^\d{4,}$/ : /^\S{4,}$/).test(text);

const isAnyPassword = (key: string): boolean => ANY_PASSWORD.test(key) || OFTEN_PASSWORD.test(key);

/** Of one that keeps the password that it was created with; Redis takes it at each start. */
const isOfDatabase = (key: string): boolean =>
  !/^REDIS/.test(key) && (!isAnyPassword(key) || PASSWORD.test(key) || /database|db/i.test(key));

interface Password {
  readonly key: string;
  readonly at: SourceLocation | undefined;
  /** Why it is not known; undefined for one that stands there. */
  readonly open: string | undefined;
}

/** With what it sets, in whichever way: `-eNAME=value`, `--env=NAME=value`, `-it -e`. */
const ENV_OPTION = /^(?:-[diqtP]*e|--env(?=[= ]|$))[= ]?(.+)?$/s;

/** The passwords in the variables of a container. What they are stands in no finding. */
function passwordsOf({ environment, extraOptions }: DeclaredContainer): readonly Password[] {
  const given = environment.items.flatMap(({ key, items, open, at }) =>
    [...items, ...(open === undefined ? [] : [open])].map((text) => ({
      key,
      text: openText(text),
      at: text.at ?? at,
      why: unknownIn(text)?.reason,
    })),
  );
  const passed = extraOptions.items.flatMap((option, index) => {
    const [, own] = ENV_OPTION.exec(openText(option)) ?? ['', ''];
    const value = own === undefined ? extraOptions.items[index + 1] : option;
    const [, key, text] =
      /^([A-Za-z_]\w*)=(.*)$/s.exec(own ?? (value === undefined ? '' : openText(value))) ?? [];
    return key === undefined || text === undefined || value === undefined
      ? []
      : [{ key, text, at: value.at, why: unknownIn(value)?.reason }];
  });
  return [...given, ...passed].flatMap(({ key, text, at, why }) => {
    const password = passwordIn(key, text);
    if (password === '' || PLACEHOLDER.test(password)) return [];
    return [{ key, at, open: password.includes(OPEN) ? why : undefined }];
  });
}

/** Passwords that everybody can read in the store. */
const literalPasswords = (container: DeclaredContainer, where: Where): FindingDraft[] =>
  passwordsOf(container).flatMap(({ key, at, open }) =>
    open === undefined
      ? [
          kinds.literalPassword.finding(
            {
              name: container.name,
              key,
              at,
              where,
              readsFile: readsValueFile(container, key),
              files: container.words.files,
              isOfDatabase: isOfDatabase(key),
            },
            {
              subject: `${container.name} ${key}`,
              evidence: [
                evidenceAt(
                  at,
                  `${key} = "…"`,
                  readsValueFile(container, key)
                    ? `${key}_FILE, with a secret mounted there`
                    : `${key} in a secret that ${container.words.files} names`,
                ),
              ],
            },
          ),
        ]
      : [],
  );

/** Where a password may stand that could not be seen. */
function openPasswords(container: DeclaredContainer): string[] {
  const { name, environment } = container;
  const said = (what: string, why: string) =>
    `whether ${what} of ${name} is in the configuration is not known: ${why}`;
  return [
    ...passwordsOf(container).flatMap(({ key, open }) => (open === undefined ? [] : [said(key, open)])),
    ...(environment.rest === undefined ? [] : [said('a password', environment.rest.reason)]),
  ];
}

interface Mount {
  readonly container: DeclaredContainer;
  /** What is mounted: `/run/agenix/db`, in one spelling. */
  readonly source: string;
  readonly written: Text;
}

/** A server and its database that take their password from different secrets. */
function differentSecrets(
  containers: readonly DeclaredContainer[],
  secrets: readonly DeclaredSecret[],
  where: Where,
): FindingDraft[] {
  const databases = containers.flatMap((each) => mountOf(each, /^POSTGRES_PASSWORD_FILE$/, secrets) ?? []);
  const servers = containers.flatMap((each) => mountOf(each, /^DB_PASSWORD_FILE$/, secrets) ?? []);
  return servers.flatMap((server): FindingDraft[] => {
    const host =
      settingOf(server.container.environment, 'DB_HOSTNAME') ??
      settingOf(server.container.environment, 'DB_HOST');
    const wanted = host?.items[0]?.text;
    const named = databases.filter(({ container }) => container.name === wanted);
    const [database, another] = named.length > 0 || wanted !== undefined ? named : databases;
    if (database === undefined || another !== undefined || database.source === server.source) return [];
    const [serverName, databaseName] = [server.container.name, database.container.name];
    return [
      kinds.differentSecrets.finding(
        { server: serverName, database: databaseName, at: server.written.at, where },
        {
          subject: `${serverName} ${databaseName}`,
          evidence: [
            evidenceAt(
              server.written.at,
              `${serverName} mounts ${server.written.text}`,
              `the same secret as ${databaseName}`,
            ),
            evidenceAt(database.written.at, `${databaseName} mounts ${database.written.text}`),
          ],
        },
      ),
    ];
  });
}

function mountOf(
  container: DeclaredContainer,
  key: RegExp,
  secrets: readonly DeclaredSecret[],
): Mount | undefined {
  const target = container.environment.items.find((setting) => key.test(setting.key))?.items[0];
  if (target === undefined || unknownIn(target)) return undefined;
  const written = container.volumes.items.find(({ text }) =>
    text.replace(/:[\w,]+$/, '').endsWith(`:${target.text}`),
  );
  if (written === undefined) return undefined;
  const from = written.text.slice(0, written.text.lastIndexOf(`:${target.text}`));
  const name =
    /^\$\{config\.age\.secrets\.(.+)\.path\}$/.exec(from)?.[1] ??
    secrets.find(({ places }) => ifKnown(places)?.includes(from))?.name ??
    /^\/run\/agenix\/(.+)$/.exec(from)?.[1];
  // What is not known may be the same all the same.
  if (name === undefined) return from.includes('${') ? undefined : { container, source: from, written };
  const file = secrets.find((secret) => secret.name === name && secret.option === 'age.secrets')?.file;
  return { container, source: ifKnown(file)?.path ?? `secret ${name}`, written };
}

function notCheckedOf(
  { secrets: { items: secrets, rest }, rules }: DeclaredSecrets,
  ruleOf: RuleByPath,
): string[] {
  const closed = rules.flatMap(({ file, rest: open }) =>
    open === undefined ? [] : [`not all of ${file} is known: ${open.reason}`],
  );
  return [
    ...(rest === undefined ? [] : [rest.reason]),
    ...(secrets.length > 0 ? closed : []),
    ...secrets.flatMap(({ name, file }) =>
      isKnown(file)
        ? []
        : [
            `whether the file of the secret ${name} exists is not known: ${file.state === 'unset' ? 'no file is set in these files' : file.reason}`,
          ],
    ),
    ...secrets.flatMap(({ name, file }) => {
      const instead = ifKnown(file)?.instead;
      return instead?.state === 'unknown'
        ? [`whether the file of the secret ${name} is encrypted is not known: ${instead.reason}`]
        : [];
    }),
    ...secrets.flatMap(({ name, file }) => {
      const rule = ruleOf.get(ifKnown(file)?.path ?? '');
      return rule?.recipients.state === 'unknown'
        ? [`the recipients of the secret ${name} are not known`]
        : [];
    }),
  ];
}

function nearest(path: string, rules: readonly DeclaredRules[]): DeclaredRules | undefined {
  const holds = ({ file }: DeclaredRules) => path.startsWith(file.slice(0, -'secrets.nix'.length));
  return rules.filter(holds).toSorted((a, b) => b.file.length - a.file.length)[0] ?? rules[0];
}

/** The name of an encrypted file in a secrets.nix. */
const keyIn = (rules: DeclaredRules | undefined, path: string): string =>
  rules === undefined ? path : posix.relative(posix.dirname(rules.file), path);

const ruleStep = (rules: DeclaredRules | undefined, path: string, { folder }: Where): Step =>
  byHand(
    `Add ${nixString(keyIn(rules, path))}.publicKeys = [ … ]; with your own key and the host key of the machine (/etc/ssh/ssh_host_ed25519_key.pub there).`,
    rules && placeIn(folder, beginningOf(rules)),
  );

const beginningOf = ({ file }: DeclaredRules) => ({ file, line: 1, column: 1 });

/** The folder of a secrets.nix, absolute: a command there can be pasted wherever one is. */
const directoryOf = ({ file }: DeclaredRules, { root }: Where) =>
  absolutePath(posix.join(root, posix.dirname(file)));

/** @param isMissing it may lie on the machine of whoever wrote it, and only not be committed */
function writeSteps(
  name: string,
  path: string,
  rules: DeclaredRules | undefined,
  isRuled: boolean,
  where: Where,
  isMissing = true,
): Step[] {
  if (rules === undefined)
    return [
      byHand(
        `Create a secrets.nix that lists the recipients of ${path}. Then write the secret: in the folder of secrets.nix, run agenix -e with the name that it has there.`,
      ),
    ];
  return [
    ...(isRuled ? [] : [ruleStep(rules, path, where)]),
    writeSecret(secretFile(keyIn(rules, path)), {
      directory: directoryOf(rules, where),
      where: 'here',
      why: `${isMissing ? `If ${keyIn(rules, path)} exists on your machine but not here, commit it there, and skip this step. Otherwise create` : 'Write'} the secret ${name}: this opens your editor. A database needs the same value as before.`,
    }),
  ];
}

const rekey = (rules: DeclaredRules | undefined, where: Where): Step =>
  rules === undefined
    ? byHand('Encrypt the secrets again for their current recipients.')
    : run(['agenix', '-r'], {
        directory: directoryOf(rules, where),
        where: 'here',
        why: 'Encrypt the secrets again for their current recipients.',
      });
