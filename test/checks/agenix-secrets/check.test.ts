import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checks } from '../../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../../src/engine/source.ts';
import { judged } from '../../nix/corpus.ts';
import { writeTree } from '../../nix/tree.ts';
import {
  BOOT,
  COMMANDS,
  DENIED,
  FAILED,
  type Given,
  judge,
  judgeAll,
  lastingOf,
  nowOf,
  told,
  UNITS,
  unit,
} from '../home-server.ts';

const DB = '/run/agenix/db';
const POSTGRES = 'podman-immich-postgres.service';
const present = (rest = '400 9 raw') => `declared present ${rest} ${DB}\nhas 0:0 root:root ${DB}\n`;
const MISSING = `declared missing - - - ${DB}\n`;
const using = (words: string) =>
  COMMANDS.replace(
    'immich-postgres.service\npodman run \n',
    `immich-postgres.service\npodman run \n${words}`,
  );
const agenix = (given: Given, configuration?: string) =>
  judge('agenix-secrets', given, configuration === undefined ? {} : { configuration });
const said = (text: string, at = 1) =>
  `${JSON.stringify({ __REALTIME_TIMESTAMP: String(at), MESSAGE: text })}\n`;
const DECRYPTING = said("decrypting '/nix/store/x-db.age' to '/run/agenix.d/1/db'...");

test('a secret that is there as it is declared is ok', () => {
  const declared = `mode 0400 ${DB}\nowner 0:0 ${DB}\n`;
  expect(agenix({ secrets: declared + present() }).status).toBe('ok');
  expect(agenix({ secrets: `mode 0400 ${DB}\nowner root:root ${DB}\n${present()}` }).status).toBe('ok');
});

test('a server without agenix has nothing to look at, with sops-nix too', () => {
  expect(agenix({}).status).toBe('skipped');
  expect(agenix({ unitCommands: using(' -v /run/secrets/db:/db\n') }).status).toBe('skipped');
});

test('only root can tell', () => {
  expect(agenix({ secrets: DENIED }).status).toBe('unknown');
});

describe('a missing secret', () => {
  test('with nothing told is written anew only where it cannot be restored, and what needs it is restarted', () => {
    const { status, findings } = agenix({
      secrets: MISSING,
      unitCommands: using(` -v ${DB}:/db\n`),
      units: UNITS.replace(unit('immich-server'), unit('immich-server', { Requires: POSTGRES })),
    });
    expect(status).toBe('fail');
    expect(findings[0]).toMatchObject({
      title: 'The secret db is missing',
      subject: DB,
    });
    expect(lastingOf(findings[0])).toEqual([
      '$ ls -l -- /etc/nixos/secrets/db.age',
      '$ cat -- /etc/ssh/ssh_host_ed25519_key.pub',
      expect.stringMatching(/^A\. If the file exists and is not empty.* add this key.* agenix -r/),
      expect.stringMatching(
        /^B\. If the file does not exist or is empty, restore db\.age from git or a backup/,
      ),
      '$ cd -- /etc/nixos/secrets',
      '$ sudo agenix -e db.age',
      expect.stringMatching(/git add/),
      '$ sudo nixos-rebuild switch',
      `$ sudo systemctl restart -- ${POSTGRES} podman-immich-server.service`,
    ]);
    expect(nowOf(findings[0])).toEqual([]);
  });

  test('is written under the name of its encrypted file, with the keys of who owns the configuration', () => {
    const { findings } = agenix({ secrets: `source immich-db.age ${DB}\n${MISSING}` }, '/home/me/nixos');
    expect(lastingOf(findings[0]).slice(4, 6)).toEqual([
      '$ cd -- /home/me/nixos/secrets',
      '$ agenix -e immich-db.age',
    ]);
  });

  test.each([
    [
      'this host is not among the recipients',
      DECRYPTING + said('age: error: no identity matched any of the recipients'),
      'not-a-recipient',
      /^Add that key to the publicKeys/,
    ],
    [
      'the key was not there',
      DECRYPTING +
        said('[agenix] WARNING: no readable identities found!') +
        said('age: error: no identity matched any of the recipients'),
      'no-identity',
      /^Set age\.identityPaths/,
    ],
    [
      'the file is not in the tree',
      DECRYPTING + said('[agenix] WARNING: encrypted file /nix/store/x-db.age does not exist!'),
      'no-encrypted-file',
      /^Restore/,
    ],
    [
      'the file is damaged',
      DECRYPTING + said('age: error: failed to read header: parsing age header: unexpected intro'),
      'damaged',
      /^Restore/,
    ],
    [
      'the file is damaged behind its header',
      DECRYPTING + said('age: error: failed to decrypt and authenticate payload chunk'),
      'damaged',
      /^Restore/,
    ],
    [
      'the only key of this host is another one',
      DECRYPTING +
        said(
          'age: error: identity did not match any of the recipients: incorrect identity for recipient block',
        ),
      'not-a-recipient',
      /^Add that key to the publicKeys/,
    ],
    [
      'one of two keys is not there, and the other one works',
      said('[agenix] WARNING: config.age.identityPaths entry /root/key not present!'),
      'missing',
      /^A\. If the file exists and is not empty/,
    ],
    [
      'another secret has a fault',
      said("decrypting '/x' to '/run/agenix.d/1/other'...") +
        said('age: error: no identity matched any of the recipients'),
      'missing',
      /^A\. If the file exists and is not empty/,
    ],
  ])('gets the fix for what agenix said: %s', (_, decryptionErrors, kind, step) => {
    const { findings } = agenix({ secrets: MISSING, decryptionErrors });
    expect(findings.map((finding) => finding.kind)).toEqual([`agenix-secrets/${kind}`]);
    expect(lastingOf(findings[0]).some((each) => step.test(each))).toBe(true);
  });

  test('that this host cannot decrypt is not encrypted again on this host', () => {
    const decryptionErrors = DECRYPTING + said('age: error: no identity matched any of the recipients');
    const { findings } = agenix({ secrets: MISSING, decryptionErrors });
    expect(lastingOf(findings[0]).filter((each) => /^\$.*agenix/.test(each))).toEqual([]);
  });

  test('that only the settings name is declared, or no longer asked for', () => {
    const { findings } = judge(
      'agenix-secrets',
      { secrets: present() },
      { names: { containers: [], secrets: ['/run/agenix/lost'] } },
    );
    expect(lastingOf(findings[0])[0]).toMatch(
      /declare it\. If this host does not need it, remove it from names\.secrets/,
    );
  });

  test('has what agenix said as evidence, with its time', () => {
    const decryptionErrors = DECRYPTING + said('age: error: no identity matched any of the recipients', 1e15);
    const { findings } = agenix({ secrets: MISSING, decryptionErrors });
    expect(findings[0]?.evidence[1]).toMatchObject({ source: 'journalctl: agenix', history: true });
  });

  test('explains the container that could not be started', () => {
    const results = judgeAll({
      secrets: MISSING,
      unitCommands: using(` -v ${DB}:/db\n`),
      units: UNITS.replace(unit('immich-postgres'), unit('immich-postgres', FAILED)),
      unitJournal: told(POSTGRES, 'command', `Error: statfs ${DB}: no such file or directory`),
    });
    expect(results.find(({ check }) => check === 'container-state')?.findings).toMatchObject([
      { subject: POSTGRES, causedBy: 'agenix-secrets' },
    ]);
  });
});

test('what agenix once said of a secret that is there now accuses nobody', () => {
  const decryptionErrors = DECRYPTING + said('age: error: no identity matched any of the recipients');
  expect(agenix({ secrets: present(), decryptionErrors }).status).toBe('ok');
});

test.each([
  ['by the activation', '', '$ sudo /run/current-system/activate'],
  ['by its unit', 'decrypted by-unit\n', '$ sudo systemctl restart -- agenix-install-secrets.service'],
])('a dangling link is decrypted again %s', (_, how, command) => {
  const { findings } = agenix({ secrets: `${how}declared dangling - - - ${DB}\n` });
  expect(findings[0]).toMatchObject({
    kind: 'agenix-secrets/dangling',
    status: 'fail',
    title: 'The secret db is a dangling link',
  });
  expect(lastingOf(findings[0])).toEqual([command]);
});

test.each([
  ['is empty', '400 0 raw', '', /^Enter the value of db/],
  ['is no KEY=value', '400 9 raw', ` --env-file ${DB}\n`, /^Write the variable name and = before the value/],
  ['is KEY=value', '400 9 assignments', ` -v ${DB}:/db\nvalue-file ${DB}\n`, /^Keep only the value/],
])('a secret that %s is changed to what is read', (_, rest, words, why) => {
  const { findings } = agenix({ secrets: present(rest), unitCommands: using(words) });
  expect(findings[0]?.remedy?.lasting[0]).toMatchObject({ kind: 'secret', why: expect.stringMatching(why) });
});

test.each([
  ['/etc/nixos', '$ sudo agenix -e db.age -i /etc/ssh/ssh_host_ed25519_key'],
  ['/home/me/nixos', '$ agenix -e db.age'],
])('a secret that this host decrypts is opened with a key that opens it: %s', (configuration, command) => {
  expect(lastingOf(agenix({ secrets: present('400 0 raw') }, configuration).findings[0])[1]).toBe(command);
});

test.each(['400 0 raw', '400 1 blank'])('a secret without a value is a fault: %s', (rest) => {
  expect(agenix({ secrets: present(rest) }).findings).toMatchObject([{ kind: 'agenix-secrets/empty' }]);
});

test('that only its owner can read a secret with mode 0400 is told before the mode', () => {
  const { findings } = agenix({ secrets: present('444 9 raw') });
  expect(lastingOf(findings[0]).slice(0, 2)).toEqual([
    expect.stringMatching(/^Find out which user reads .* With mode 0400, only its owner \(root\)/),
    'age.secrets.db.mode:  -> "0400"',
  ]);
});

describe('the form', () => {
  const ENVIRONMENT = ` --env-file ${DB}\n`;
  const VALUE = ` -v ${DB}:/db\nvalue-file ${DB}\n`;
  test.each([
    ['a bare value as an environment file', 'raw', ENVIRONMENT, 'fail'],
    ['KEY=value as an environment file', 'assignments', ENVIRONMENT, 'ok'],
    ['something else with an equals sign as an environment file', 'other', ENVIRONMENT, 'ok'],
    ['variables without values as an environment file', 'valueless', ENVIRONMENT, 'fail'],
    ['a key in base64 where a …_FILE variable wants the value', 'valueless', VALUE, 'ok'],
    ['KEY=value where a …_FILE variable wants the value', 'assignments', VALUE, 'warn'],
    ['a bare value there', 'raw', VALUE, 'ok'],
    ['a password with an equals sign there', 'other', VALUE, 'ok'],
    ['KEY=value that is read as both', 'assignments', VALUE + ENVIRONMENT, 'ok'],
    ['KEY=value that is mounted for something else', 'assignments', ` -v ${DB}:/db\n`, 'ok'],
  ])('%s', (_, form, words, status) => {
    expect(agenix({ secrets: present(`400 9 ${form}`), unitCommands: using(words) }).status).toBe(status);
  });
});

describe('mode and owner', () => {
  test.each([
    [
      'another mode than declared',
      `mode 0400 ${DB}\n${present('440 9 raw')}`,
      'does not have its declared mode',
    ],
    [
      'another owner than declared',
      `owner 999:999 ${DB}\n${present()}`,
      'does not belong to its declared owner',
    ],
    [
      'another group than declared',
      `owner root:postgres ${DB}\n${present()}`,
      'does not belong to its declared owner',
    ],
    ['open to everybody', `mode 0444 ${DB}\n${present('444 9 raw')}`, 'can be read by all users'],
    ['open to changes', `mode 0402 ${DB}\n${present('402 9 raw')}`, 'can be changed by all users'],
    ['open to both', `mode 0666 ${DB}\n${present('666 9 raw')}`, 'can be read and changed by all users'],
  ])('%s is a warning', (_, secrets, what) => {
    expect(agenix({ secrets })).toMatchObject({
      status: 'warn',
      findings: [{ title: expect.stringContaining(what) }],
    });
  });

  test('as declared, whatever that is, is right', () => {
    expect(agenix({ secrets: `mode 0440 ${DB}\nowner 0:root ${DB}\n${present('440 9 raw')}` }).status).toBe(
      'ok',
    );
  });
});

test.each([
  ['declared present 400 9 raw\n', /is not understood/],
  ['bash: something else\n', /is not understood/],
  [`owner 999:999 ${DB}\ndeclared present 400 9 raw ${DB}\n`, /^the owner of \/run\/agenix\/db was not read/],
])('what is cut off is neither right nor absent: %j', (secrets, reason) => {
  expect(agenix({ secrets })).toMatchObject({ status: 'unknown', reason: expect.stringMatching(reason) });
});

test('a secret that is mounted and was not checked is neither there nor missing', () => {
  const { status, reason } = agenix({ unitCommands: using(` -v ${DB}:/db\n`) });
  expect([status, reason]).toEqual(['unknown', expect.stringContaining(DB)]);
});

describe('an encrypted file that is none', () => {
  test.each([
    ['empty', 'is empty', /^Restore db\.age from an older commit/],
    ['git-lfs', 'is a pointer of git-lfs', /git lfs pull/],
    ['git-annex', 'is a link of git-annex', /git annex get/],
    ['git-crypt', 'is locked by git-crypt', /git-crypt unlock/],
    ['other', 'is not encrypted by age', /^Move db\.age out/],
  ])('%s is a fault of the host, although the secret is there still', (kind, what, step) => {
    const { status, findings } = agenix({
      secrets: `source db.age ${DB}\nholds ${kind} ${DB}\nmode 0400 ${DB}\n${present()}`,
    });
    expect([status, findings.map(({ title }) => title)]).toEqual([
      'fail',
      [`The encrypted file of the secret db ${what}`],
    ]);
    expect(lastingOf(findings[0])[0]).toMatch(step);
  });

  test('is the reason why the secret is missing, and is told with it', () => {
    const { findings } = agenix({ secrets: `source db.age ${DB}\nholds git-lfs ${DB}\n${MISSING}` });
    expect(findings.map(({ kind }) => kind)).toEqual(['agenix-secrets/not-encrypted']);
  });
});

test.each([
  ['which is there', true],
  ['which is not', false],
])('a link of git-annex to a file %s is none of the configuration', (_, isThere) => {
  const folder = writeTree({ 'configuration.nix': '{ age.secrets.db.file = ./secrets/db.age; }' });
  const object = '.git/annex/objects/a/b/SHA256E-s9--0.age';
  mkdirSync(join(folder, object, '..'), { recursive: true });
  if (isThere) writeFileSync(join(folder, object), 'age-encryption.org/v1\n-> X25519 a\n');
  mkdirSync(join(folder, 'secrets'));
  symlinkSync(`../${object}`, join(folder, 'secrets/db.age'));
  const options = { names: { containers: [], secrets: [] }, waivers: [] };
  const results = checkSource(openSource(folder), '.', checks, options).flatMap(({ results }) => results);
  expect(results.flatMap(({ findings }) => findings).map(({ title }) => title)).toEqual([
    'The encrypted file of the secret db is a link of git-annex',
  ]);
});

describe('the owner of what nothing declares', () => {
  const old = (owner: string) =>
    `found present 400 9 raw /run/agenix/old\nhas ${owner} /run/agenix/old\n${present()}`;
  test('is a warning where it is a user, also one that is gone', () => {
    const { status, findings } = agenix({ secrets: `mode 0400 ${DB}\n${old('999:999 UNKNOWN:UNKNOWN')}` });
    expect([status, findings[0]?.title]).toEqual([
      'warn',
      'The secret old is not declared, but a user owns it',
    ]);
  });

  test('is no fault where it is root, nor where what is declared could not be read', () => {
    expect(agenix({ secrets: `mode 0400 ${DB}\n${old('0:0 root:root')}` }).status).toBe('ok');
    expect(agenix({ secrets: old('999:999 redis:redis') }).status).toBe('ok');
  });
});

test('a secret in a folder gets no edit of another one that has its name', () => {
  const path = '/run/agenix/immich/db';
  const { findings } = agenix({ secrets: `mode 0444 ${path}\n${present('444 9 raw').replaceAll(DB, path)}` });
  const steps = lastingOf(findings[0]);
  expect(steps[1]).toBe(`Set mode = "0400" for the secret ${path} in age.secrets.`);
});

test.each([
  ['postgres:16', 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE'],
  ['ghcr.io/immich-app/immich-server:v2', 'DB_PASSWORD', 'DB_PASSWORD_FILE'],
  ['docker.io/library/mariadb@sha256:0', 'MARIADB_ROOT_PASSWORD', 'MARIADB_ROOT_PASSWORD_FILE'],
])('%s reads the file that %s_FILE names', (image, key, variable) => {
  expect(literalPassword(image, key)).toContain(`set ${variable} to its path`);
});

test.each([
  ['postgres:16', 'PGPASSWORD'],
  ['ghcr.io/immich-app/immich-server:v2', 'DATABASE_PASSWORD'],
  ['example.org/app:1', 'DB_PASSWORD'],
  ['redis:7', 'REDIS_PASSWORD'],
])('a file for %s, whose program reads none for %s, is not offered', (image, key) => {
  const step = literalPassword(image, key);
  expect(step).not.toContain('_FILE');
  expect(step).toContain(`${key} with a new password into a secret that is an environment file`);
});

function literalPassword(image: string, key: string): string | undefined {
  const results = judged({
    'configuration.nix': `{ virtualisation.oci-containers.containers.db = { image = "${image}"; environment.${key} = "hunter2"; }; }`,
  });
  const { findings } = results.find(({ check }) => check === 'agenix-secrets') ?? { findings: [] };
  return lastingOf(findings[0])[0];
}

test.each([
  ['0444', 'read'],
  ['0402', 'changed'],
  ['646', 'read and changed'],
  ['o+w', 'changed'],
  ['u=rw,a+r', 'read'],
  ['+w', 'changed'],
])('a declared mode %s lets all users: %s', (mode, what) => {
  expect(declaredMode(mode)).toEqual([`By its declared mode, the secret db can be ${what} by all users`]);
});

test.each(['0400', '0440', '0401', '0640', 'u=rw,g=r', 'o-r'])(
  'a declared mode %s lets no others',
  (mode) => {
    expect(declaredMode(mode)).toEqual([]);
  },
);

function declaredMode(mode: string): readonly string[] {
  const results = judged({
    'configuration.nix': `{ age.secrets.db = { file = ./db.age; mode = "${mode}"; }; }`,
    'db.age': 'age-encryption.org/v1\n-> X25519 a\n',
  });
  const { findings } = results.find(({ check }) => check === 'agenix-secrets') ?? { findings: [] };
  return findings.filter(({ kind }) => kind.endsWith('declared-world-readable')).map(({ title }) => title);
}

describe('a key that was not there yet at boot', () => {
  const [RSA, ED] = ['/etc/ssh/ssh_host_rsa_key', '/etc/ssh/ssh_host_ed25519_key'];
  const line = (text: string, at = BOOT - 2000) =>
    `${JSON.stringify({ __REALTIME_TIMESTAMP: String(at * 1000), MESSAGE: `stage-2-init: ${text}` })}\n`;
  const absent = (path: string, at?: number) =>
    line(`[agenix] WARNING: config.age.identityPaths entry ${path} not present!`, at);
  const decrypting = line("decrypting '/nix/store/x-db.age' to '/run/agenix.d/1/db'...");
  const none = (at?: number) => line('[agenix] WARNING: no readable identities found!', at);
  const missing = 'declared missing - - - /run/agenix/db\n';
  const present = 'declared present 400 9 raw /run/agenix/db\nhas 0:0 root:root /run/agenix/db\n';
  const kindsOf = (given: Given) => judge('agenix-secrets', given).findings.map(({ kind }) => kind);

  const missed = (...paths: string[]) => paths.map((path) => absent(path)).join('');

  test('gives the secrets back now, because it is there now', () => {
    const [finding] = judge('agenix-secrets', {
      secrets: `key absent ${RSA}\nkey there ${ED}\n${missing}`,
      decryptionErrors: missed(RSA, ED) + decrypting + none(),
    }).findings;
    expect(finding).toMatchObject({
      kind: 'agenix-secrets/key-too-late',
      since: new Date(BOOT - 2000).toISOString(),
    });
    expect(nowOf(finding)[0]).toBe('$ sudo /run/current-system/activate');
    expect(lastingOf(finding).join()).toContain('neededForBoot');
  });

  test('that of one of two is absent, while the other one was read, is no fault', () => {
    const keys = `key absent ${RSA}\nkey there ${ED}\n`;
    const decryptionErrors = missed(RSA) + decrypting;
    expect(kindsOf({ decryptionErrors, secrets: keys + present })).toEqual([]);
    const [finding] = judge('agenix-secrets', { decryptionErrors, secrets: keys + missing }).findings;
    expect(finding?.kind).toBe('agenix-secrets/missing');
    expect(JSON.stringify(finding?.evidence)).not.toContain('not present');
    const refused = line('age: error: no identity matched any of the recipients');
    const other = { decryptionErrors: decryptionErrors + refused, secrets: keys + missing };
    expect(kindsOf(other)).toEqual(['agenix-secrets/not-a-recipient']);
  });

  const late: Given = {
    secrets: `key there ${ED}\n${present}`,
    decryptionErrors: missed(ED) + decrypting + none(),
  };

  test('is told while the secrets are there, for they will be gone', () => {
    const { status, findings } = judge('agenix-secrets', late);
    expect(status).toBe('warn');
    expect(findings).toMatchObject([
      { title: 'A secret will be missing after the next reboot', subject: ED, count: 1 },
    ]);
  });

  test.each([
    ['is no longer declared', { secrets: `key there /persist${ED}\n${present}` }],
    ['has got another one beside it', { secrets: `key there ${ED}\nkey there /persist${ED}\n${present}` }],
    [
      'was missing at a boot of before',
      { decryptionErrors: absent(ED, BOOT - 3_600_000) + none(BOOT - 3_600_000) },
    ],
    ['is still not there', { secrets: `key absent ${ED}\n${present}` }],
    ['is not named by an older collection', { secrets: present }],
  ])('and %s is no fault of today', (_, over) => {
    expect(kindsOf({ ...late, ...over })).toEqual([]);
  });
});

test('a secret of one byte is not called good', () => {
  const given = (bytes: number) => ({ secrets: present(`400 ${bytes} raw`) });
  expect([agenix(given(1)).status, agenix(given(2)).status]).toEqual(['unknown', 'ok']);
});
