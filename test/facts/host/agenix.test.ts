import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { secrets } from '../../../src/facts/host/agenix.ts';
import { decryptionErrors } from '../../../src/facts/host/agenix-journal.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const SYSTEM = '/run/current-system/activate';
const FOLDERS = ['/run/agenix', '/run/current-system', '/etc/systemd/system'];

/** As agenix writes it into the activation script. */
const install = (
  name: string,
  mode: string,
  owner: string,
  path = `/run/agenix.d/$_agenix_generation/${name}`,
) => `
  _truePath="${path}"
echo "decrypting '/nix/store/0123456789abcdefghijklmnopqrstuv-${name}.age' to '$_truePath'..."
TMP_FILE="$_truePath.tmp"
chmod ${mode} "$TMP_FILE"
mv -f "$TMP_FILE" "$_truePath"
  _truePath="${path}"
chown ${owner} "$_truePath"
`;

async function read(sandbox: Sandbox) {
  // The script of the system names places of the host, which are not those of the sandbox.
  return expectValue(
    await sandbox.fact(secrets, '/run/current-system', '/etc/systemd/system', '/run/agenix/'),
  );
}

test('a secret is told with what is declared of it and what it is', async () => {
  const sandbox = new Sandbox();
  sandbox.write('run/agenix/db', 'hunter2\n', 0o400);
  sandbox.write(
    SYSTEM,
    install('db', '0400', 'postgres:postgres').replaceAll('/run/agenix.d/$', '/run/agenix.d/$'),
  );
  const [secret] = (await read(sandbox)).filter(({ path }) => path === '/run/agenix/db');
  expect(secret).toMatchObject({ state: 'present', mode: '400', bytes: 8, form: 'raw' });
  expect(secret?.owner).toContain(`${process.getuid?.()}:${process.getgid?.()}`);
});

test('what the activation script declares is known: mode, owner, encrypted file, also outside of /run/agenix', async () => {
  const sandbox = new Sandbox();
  sandbox.write(
    SYSTEM,
    install('db', '0440', '999:999') + install('key', '0400', 'immich:immich', '/var/lib/key'),
  );
  const found = expectValue(await sandbox.fact(secrets, '/run/current-system', '/etc/systemd/system'));
  expect(found).toMatchObject([
    {
      path: '/run/agenix/db',
      state: 'missing',
      declared: true,
      declaredMode: '0440',
      declaredOwner: '999:999',
      source: 'db.age',
    },
    {
      path: '/var/lib/key',
      state: 'missing',
      declared: true,
      declaredMode: '0400',
      declaredOwner: 'immich:immich',
      source: 'key.age',
    },
  ]);
});

test.each([
  ['/nix/store/0c4fqy3x7zqz5a8vbrbx2y0vxq8nyk9l-immich-db-password.age', 'immich-db-password.age'],
  [
    '/nix/store/0c4fqy3x7zqz5a8vbrbx2y0vxq8nyk9l-source/secrets/immich-db-password.age',
    'immich-db-password.age',
  ],
  ['/etc/nixos/secrets/immich-db-password.age', 'immich-db-password.age'],
  ['/nix/store/0c4fqy3x7zqz5a8vbrbx2y0vxq8nyk9l-source/secrets/minipc/postgres.age', 'minipc/postgres.age'],
  ['/nix/store/0c4fqy3x7zqz5a8vbrbx2y0vxq8nyk9l-source/hosts/mail of the house.age', 'mail of the house.age'],
])('the encrypted file %s has its own name', async (file, name) => {
  const sandbox = new Sandbox();
  sandbox.write(SYSTEM, install('db', '0400', '0:0').replaceAll(/'[^']*db\.age'/g, `'${file}'`));
  const found = expectValue(await sandbox.fact(secrets, '/run/current-system', '/etc/systemd/system'));
  expect(found[0]?.source).toBe(name);
});

test('a secret that only a unit mounts is declared by it, in its start script or in the unit itself', async () => {
  const sandbox = new Sandbox();
  const start = sandbox.write('start', 'exec podman run -v /run/agenix/db:/run/secrets/db:ro image\n');
  sandbox.write('etc/systemd/system/podman-a.service', `[Service]\nExecStart=${start}\n`);
  sandbox.write(
    'etc/systemd/system/podman-b.service',
    '[Service]\nExecStart=/usr/bin/podman run -v /run/agenix/key:/key b\n',
  );
  const found = expectValue(await sandbox.fact(secrets, '/run/current-system', '/etc/systemd/system'));
  expect(found.map(({ path, state }) => [path, state])).toEqual([
    ['/run/agenix/db', 'missing'],
    ['/run/agenix/key', 'missing'],
  ]);
});

test('secrets are where the activation script links them', async () => {
  const sandbox = new Sandbox();
  const folder = join(sandbox.folder, 'elsewhere');
  sandbox.write('elsewhere/db', 'hunter2\n', 0o400);
  const head = `_agenix_generation="$(basename "$(readlink ${folder})" || echo 0)"\n`;
  sandbox.write(SYSTEM, head + install('db', '0400', '0:0', '/run/mnt/$_agenix_generation/db'));
  const found = expectValue(await sandbox.fact(secrets, '/run/current-system', '/etc/systemd/system'));
  expect(found).toMatchObject([{ path: '/elsewhere/db', state: 'present', declaredMode: '0400' }]);
});

test('a name with any signs in it is whole, and one in a comment or of a variable is none', async () => {
  const sandbox = new Sandbox();
  const start = sandbox.write(
    'start',
    `# once: /run/agenix/old
cat "/run/agenix/prefix-$name" /run/agenix/*.env
exec podman run -v '/run/agenix/backup@nas+1:/x:ro' --mount type=bind,src=/run/agenix/key,dst=/k image
`,
  );
  sandbox.write('etc/systemd/system/podman-a.service', `[Service]\nExecStart=${start}\n`);
  const found = expectValue(await sandbox.fact(secrets, '/run/current-system', '/etc/systemd/system'));
  expect(found.map(({ path }) => path)).toEqual(['/run/agenix/backup@nas+1', '/run/agenix/key']);
});

test('links to nothing are told apart from what was never there', async () => {
  const sandbox = new Sandbox();
  mkdirSync(join(sandbox.folder, 'run/agenix'), { recursive: true });
  symlinkSync('/nonexistent/db', join(sandbox.folder, 'run/agenix/db'));
  expect(await read(sandbox)).toMatchObject([{ path: '/run/agenix/db', state: 'dangling' }]);
  rmSync(join(sandbox.folder, 'run/agenix'), { recursive: true });
  expect(await read(sandbox)).toEqual([]);
});

describe('the form of a secret', () => {
  test.each([
    ['a password', 'hunter2\n', 'raw'],
    ['a key in base64, whose padding is an equals sign', 'c2VjcmV0cGFzc3dvcmQ=\n', 'valueless'],
    ['an environment file without values', '# comment\nDB_PASSWORD=\nexport B= \n', 'valueless'],
    ['and with two of them', 'QUJDREVGRw==\n', 'other'],
    ['a URL with a query', 'postgres://u@h/d?sslmode=off\n', 'other'],
    ['an environment file', '# comment\nA=1\nexport B=two words\n\n', 'assignments'],
    ['one of lower case', 'password=x\n', 'assignments'],
    ['a key of several lines', '-----BEGIN KEY-----\nabc=\n-----END KEY-----\n', 'other'],
    ['nothing', '', 'blank'],
    ['one line break', '\n', 'blank'],
    ['blanks', ' \t\n  \n', 'blank'],
  ])('%s', async (_, content, form) => {
    const sandbox = new Sandbox();
    sandbox.write('run/agenix/x', content, 0o400);
    expect((await read(sandbox))[0]).toMatchObject({ form });
  });

  test('is all that leaves the host', async () => {
    const sandbox = new Sandbox();
    sandbox.write('run/agenix/x', 'PLANTED=planted\n', 0o400);
    expect(JSON.stringify(await sandbox.fact(secrets, ...FOLDERS))).not.toMatch(/planted/i);
  });
});

const journal = (...texts: string[]) =>
  texts
    .map(
      (text, n) =>
        `${JSON.stringify({ __REALTIME_TIMESTAMP: String((n + 1) * 1e6), MESSAGE: `stage-2-init: ${text}` })}\n`,
    )
    .join('');
const errorsIn = (...texts: string[]) => {
  const found = decryptionErrors.parse({ exitCode: 0, stdout: journal(...texts), stderr: '', capped: false });
  return 'value' in found ? found.value : found;
};

test('an error of agenix is of the secret that it was decrypting', () => {
  const errors = errorsIn(
    '[agenix] decrypting secrets...',
    "decrypting '/nix/store/x-good.age' to '/run/agenix.d/2/good'...",
    "decrypting '/nix/store/x-db.age' to '/run/agenix.d/2/db'...",
    'age: error: no identity matched any of the recipients',
    "decrypting '/nix/store/x-key.age' to '/run/agenix.d/2/key'...",
    '[agenix] WARNING: encrypted file /nix/store/x-key.age does not exist!',
    '[agenix] symlinking new secrets to /run/agenix (generation 2)...',
  );
  expect(errors.map(({ secret, kind }) => [secret, kind])).toEqual([
    ['/run/agenix/db', 'not-a-recipient'],
    ['/run/agenix/key', 'no-encrypted-file'],
  ]);
});

test('a key that does not exist is no error as long as another one may do', () => {
  const errors = errorsIn(
    '[agenix] decrypting secrets...',
    '[agenix] WARNING: config.age.identityPaths entry /home/me/.ssh/id_ed25519 not present!',
    "decrypting '/nix/store/x-db.age' to '/run/agenix.d/2/db'...",
    '[agenix] WARNING: no readable identities found!',
  );
  expect(errors.map(({ secret, kind }) => [secret, kind])).toEqual([['/run/agenix/db', 'no-identity']]);
});

test('an error before any decryption is of no secret', () => {
  const errors = errorsIn(
    '[agenix] decrypting secrets...',
    '[agenix] WARNING: no readable identities found!',
  );
  expect(errors.map((error) => [error.kind, 'secret' in error])).toEqual([['no-identity', false]]);
});

test.each([
  ['what age encrypted', 'age-encryption.org/v1\n-> ssh-ed25519 x\n', undefined],
  ['with armour', '-----BEGIN AGE ENCRYPTED FILE-----\n', undefined],
  ['nothing', '', 'empty'],
  ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'git-lfs'],
  ['an unlocked pointer', '/annex/objects/SHA256E-s9--0.age\n', 'git-annex'],
  ['a link', () => '../.git/annex/objects/aa/bb/SHA256E-s9--0.age/SHA256E-s9--0.age', 'git-annex'],
  ['a file that is locked', '\0GITCRYPT\0\u0001\u0002', 'git-crypt'],
  ['the secret itself', 'hunter2\n', 'other'],
])('of an encrypted file it is told what it is, and nothing of its content: %s', async (_, content, kind) => {
  const sandbox = new Sandbox();
  const file = join(sandbox.folder, 'store/x-db.age');
  if (typeof content === 'string') sandbox.write('store/x-db.age', content, 0o444);
  else {
    mkdirSync(join(sandbox.folder, 'store'));
    symlinkSync(content(), file);
  }
  sandbox.write(SYSTEM, install('db', '0400', '0:0').replaceAll(/'[^']*db\.age'/g, `'${file}'`));
  const found = expectValue(await sandbox.fact(secrets, '/run/current-system', '/etc/systemd/system'));
  expect(found).toMatchObject([{ path: '/run/agenix/db', source: 'x-db.age' }]);
  expect(found[0]?.inPlaceOfSource).toBe(kind);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test('the keys that the activation looks for are told, and whether they exist', async () => {
  const sandbox = new Sandbox();
  sandbox.program('systemctl', ':');
  const [there, empty] = [sandbox.write('keys/ed25519', 'x'), sandbox.write('keys/of ann', '')];
  const complain = (path: string) =>
    `test -f ${path} || echo '[agenix] WARNING: config.age.identityPaths entry ${path} not present!'\n`;
  sandbox.write('run/current-system/activate', [there, empty, '/zone/rsa'].map(complain).join(''));
  sandbox.write('run/agenix/db', 'x');
  const [secret] = expectValue(await sandbox.fact(secrets, '/run/current-system/activate', '/run/agenix'));
  expect(secret?.keys).toEqual([
    { path: '/keys/ed25519', isThere: true },
    { path: '/keys/of ann', isThere: false },
    { path: '/zone/rsa', isThere: false },
  ]);
});

test('where no key was found, those that were missed are told', () => {
  const text = ['config.age.identityPaths entry /etc/a not present!', 'no readable identities found!']
    .map(
      (each) => `${JSON.stringify({ __REALTIME_TIMESTAMP: '1000', MESSAGE: `[agenix] WARNING: ${each}` })}\n`,
    )
    .join('');
  const read = decryptionErrors.parse({ exitCode: 0, stdout: text, stderr: '', capped: false });
  expect(read).toMatchObject([{ kind: 'no-identity', missed: ['/etc/a'] }]);
});
