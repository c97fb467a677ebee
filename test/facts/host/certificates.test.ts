import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { certificates } from '../../../src/facts/host/certificates.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const { exitCode } = await execa('openssl', ['version'], { reject: false });

const FOLDERS = ['/var/lib/acme', '/var/lib/caddy', '/etc/nginx', '/etc/caddy'];

function hostWith(shows: string): Sandbox {
  const sandbox = new Sandbox();
  sandbox.program('systemctl', `case "$*" in\n${shows}\n*Version*) echo Version=257 ;;\nesac`);
  return sandbox;
}

/** Made by the real program; the key is in another file. */
async function certificateAt(sandbox: Sandbox, path: string, subject: string, days: number): Promise<void> {
  const out = sandbox.write(path, '');
  const key = sandbox.write(`${path}.key`, '');
  await execa('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', `/CN=${subject}`, '-days', String(days), '-keyout', key, '-out', out],
  ]);
}

describe.skipIf(exitCode !== 0)('with real certificates (skipped without openssl)', () => {
  test('of each its end is told, and the unit that renews it', async () => {
    const sandbox = hostWith(
      `*acme-a.example.org.service*) printf 'LoadState=loaded\\nActiveState=failed\\n' ;;
*nginx.service*) printf 'ActiveState=active\\nExecStart={ argv[]=nginx -c /nowhere/nginx.conf ; }\\n' ;;
*caddy.service*) printf 'ActiveState=active\\nExecStart={ argv[]=caddy run --config /nowhere ; }\\n' ;;`,
    );
    const caddy = '/var/lib/caddy/.local/share/caddy/certificates/acme-v02/c';
    await certificateAt(sandbox, '/var/lib/acme/a.example.org/fullchain.pem', 'a.example.org', 60);
    await certificateAt(sandbox, '/var/lib/acme/gone.example.org/cert.pem', 'minica root ca 1a2b3c', 700);
    await certificateAt(sandbox, `${caddy}/c.crt`, 'c', 9000);
    await certificateAt(sandbox, '/srv/own.pem', 'own', 5);
    sandbox.write(
      '/etc/nginx/nginx.conf',
      `  ssl_certificate "${join(sandbox.folder, '/srv/own.pem')}";\n  ssl_certificate_key /srv/own.key;\n`,
    );
    sandbox.write('/etc/caddy/Caddyfile', 'c {\n}\n');
    const found = expectValue(await sandbox.fact(certificates, ...FOLDERS));
    const days = found.map(({ name, validity }) => [
      name,
      Math.round(((validity?.to ?? 0) - (validity?.from ?? 0)) / 86_400_000),
    ]);
    expect(days).toEqual([
      ['a.example.org', 60],
      ['gone.example.org', 700],
      ['own', 5],
      ['c', 9000],
    ]);
    expect(found).toMatchObject([
      { isLeftover: false, isPlaceholder: false, unit: { activeState: 'failed' } },
      { isLeftover: true, isPlaceholder: true },
      { from: 'nginx', isLeftover: false },
      { from: 'caddy', isLeftover: false },
    ]);
  });

  test.each([
    ['systemctl', '*acme-a*'],
    ['systemctl', '*nginx*'],
    ['systemctl', '*caddy*'],
    ['head', '*65536*'],
    ['sed', '*CERTIFICATE*'],
    ['base64', '*'],
    ['tr', '*Z*'],
    ['head', '*-n*'],
    ['grep', '*minica*'],
    ['grep', '*ssl_certificate*'],
    ['grep', '-r*F*'],
    ['sort', '*'],
  ])('what they tell is not whole where %s is killed (%s)', async (program, words) => {
    const sandbox = hostWith(
      `*acme-a.example.org.service*) printf 'LoadState=loaded\\nActiveState=active\\n' ;;
*nginx.service*) printf 'ActiveState=active\\nExecStart={ argv[]=nginx -c /nowhere/nginx.conf ; }\\n' ;;
*caddy.service*) printf 'ActiveState=active\\nExecStart={ argv[]=caddy run --config /nowhere ; }\\n' ;;`,
    );
    await certificateAt(sandbox, '/var/lib/acme/a.example.org/fullchain.pem', 'a.example.org', 60);
    await certificateAt(
      sandbox,
      '/var/lib/caddy/.local/share/caddy/certificates/acme-v02/c/c.crt',
      'c',
      9000,
    );
    sandbox.write('/etc/nginx/nginx.conf', '');
    sandbox.write('/etc/caddy/Caddyfile', 'c {\n}\n');
    expect(await sandbox.fact(certificates, ...FOLDERS)).not.toHaveProperty('incomplete');
    sandbox.kill(program, words);
    expect(await sandbox.fact(certificates, ...FOLDERS)).toHaveProperty('incomplete');
  });

  test('a key in the same file is not looked at, and what is no certificate has no end', async () => {
    const sandbox = hostWith('*acme-*) echo LoadState=loaded; echo ActiveState=inactive ;;');
    sandbox.write(
      '/var/lib/acme/x/fullchain.pem',
      '-----BEGIN PRIVATE KEY-----\nMjYwMzEwMTIwMDAwWg==\n-----END PRIVATE KEY-----\n',
    );
    sandbox.write('/var/lib/acme/y/cert.pem', '');
    const found = expectValue(await sandbox.fact(certificates, ...FOLDERS));
    expect(found.map(({ name, validity }) => [name, validity])).toEqual([
      ['x', undefined],
      ['y', undefined],
    ]);
  });
});

test('a file that nginx names and that is not there, or that a variable names, is not in order', async () => {
  const sandbox = hostWith(
    "*nginx.service*) printf 'ActiveState=active\\nExecStart={ argv[]=nginx -c /nowhere ; }\\n' ;;",
  );
  sandbox.write(
    '/etc/nginx/sites/x',
    'ssl_certificate /nowhere/$ssl_server_name.pem;\nssl_certificate /var/lib/tailscale/certs/a.crt;\n',
  );
  expect(await sandbox.fact(certificates, ...FOLDERS)).toMatchObject({
    value: [],
    incomplete: 'the certificate /nowhere/$ssl_server_name.pem could not be read',
  });
});

test('a host without any has none', async () => {
  expect(expectValue(await hostWith('').fact(certificates, ...FOLDERS))).toEqual([]);
});
