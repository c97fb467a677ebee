/** @module-tag hosts */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { reportSchema } from '../../src/model/report.ts';
import { BIN, ROOT } from '../support/hsdoctor.ts';
import { startFakeImmich } from '../upload/fake-server/server.ts';

/*
 * Somebody clones a repository and runs hsdoctor in it. What lies there was written by a stranger: it names no server,
 * no key, no host, nothing to delete and no program.
 */

const KEY = 'canaryKEY0123456789canaryKEY0123456789abcd';
const sick = join(ROOT, 'demo', 'sick-server');
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-cloned-'));
const asked: string[] = [];
const stranger = createServer((request, response) => {
  asked.push(`${request.url} ${JSON.stringify(request.headers)}`);
  response.end('{}');
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    stranger.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
});
afterAll(() => {
  stranger.close();
  rmSync(folder, { recursive: true });
});

let count = 0;
let home: string;
let cloned: string;
beforeEach(() => {
  asked.length = 0;
  count += 1;
  home = join(folder, `home-${count}`);
  cloned = join(home, 'cloned');
  mkdirSync(join(home, '.config', 'immich'), { recursive: true });
  mkdirSync(cloned);
  writeFileSync(join(home, '.config', 'immich', 'api-key'), KEY, { mode: 0o400 });
});

const settings = (text: string) => writeFileSync(join(cloned, 'hsdoctor.toml'), text);
/** Ended after a while: what hangs fails by its signal. */
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(process.execPath, [BIN, ...args], {
    cwd: cloned,
    reject: false,
    extendEnv: false,
    env: { PATH: process.env.PATH, HOME: home, NO_COLOR: '1', ...env },
    stdin: 'ignore',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
const mkfifo = (path: string) => execa('mkfifo', [path]);

describe('hsdoctor.toml of a cloned repository', () => {
  test('gets no key sent to its server, and no other file of the user', async () => {
    writeFileSync(join(home, '.vault-token'), KEY, { mode: 0o400 });
    for (const more of ['', 'key-file = "~/.vault-token"\n']) {
      settings(`[immich]\nurl = "${url}"\n${more}`);
      const { exitCode, stderr } = await run(['immich', 'ping']);
      expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
      expect(stderr).toContain('no Immich server was given');
    }
  });

  test('has nothing uploaded to its server, nothing deleted, moved or told', async () => {
    const photos = join(home, 'photos');
    mkdirSync(photos);
    writeFileSync(join(photos, 'a.jpg'), 'a');
    for (const more of [
      'delete = true\n',
      'move-to = "~/cloned"\n',
      'notify = true\npushover = "~/cloned/pushover"\n',
    ]) {
      settings(`[immich]\nurl = "${url}"\nretries = 0\n${more}`);
      const { exitCode } = await run(['immich', 'upload', photos]);
      expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    }
    expect(existsSync(join(photos, 'a.jpg'))).toBe(true);
  });

  test('makes no check ssh, skips none and names no folder for commands', async () => {
    settings(
      'configuration = "/srv/theirs"\n[check]\nhosts = ["ssh://127.0.0.1:1"]\nsudo = true\nskip = ["ml-oom"]\nsince = "1s"\n',
    );
    const { stdout } = await run(['check', '--json']);
    expect(reportSchema.parse(JSON.parse(stdout)).targets.map(({ kind }) => kind)).toEqual(['local']);
    const bundle = await run(['check', '--bundle', sick, '--json']);
    const [target] = reportSchema.parse(JSON.parse(bundle.stdout)).targets;
    expect(target?.results.map(({ check }) => check)).toContain('ml-oom');
    expect(target?.error).toBeUndefined();
    expect(bundle.stdout).not.toContain('/srv/theirs');
  });

  test.each([
    ['check', ['check', '--bundle', sick]],
    ['collect', ['collect', '--output', 'x', '--host', 'ssh://127.0.0.1:1']],
    ['immich ping', ['immich', 'ping', '--url', 'http://127.0.0.1:1']],
    ['immich upload', ['immich', 'upload', '.', '--dry-run', '--url', 'http://127.0.0.1:1']],
  ])('%s tells in one line that it was not read', async (_, args) => {
    settings('this is not even TOML');
    const { stderr } = await run(args);
    expect(stderr.split('\n').filter((line) => line.includes('hsdoctor.toml'))).toEqual([
      'hsdoctor: hsdoctor.toml in this folder was not read: put your own settings in ~/.config/hsdoctor/config.toml; the waivers, names, skip and fail-on of a configuration are read by `hsdoctor check --source .`',
    ]);
  });

  test.each([
    ['a FIFO', () => mkfifo(join(cloned, 'hsdoctor.toml'))],
    ['a folder', () => mkdirSync(join(cloned, 'hsdoctor.toml'))],
    [
      'a link to a FIFO',
      () =>
        mkfifo(join(home, 'fifo')).then(() => symlinkSync(join(home, 'fifo'), join(cloned, 'hsdoctor.toml'))),
    ],
    ['a link to nowhere', () => symlinkSync('/nowhere', join(cloned, 'hsdoctor.toml'))],
  ])('%s neither hangs nor ends a command', async (_, make) => {
    await make();
    const { stdout, stderr } = await run(['check', '--bundle', sick, '--json']);
    expect(reportSchema.parse(JSON.parse(stdout)).targets).toMatchObject([{ kind: 'bundle' }]);
    expect(stderr).toContain('hsdoctor.toml in this folder was not read');
  });

  test('says nothing where it was asked for', async () => {
    settings('[check]\nskip = ["oci-backend"]\n');
    writeFileSync(join(cloned, 'configuration.nix'), '{ services.openssh.enable = true; }');
    expect((await run(['check', '--source', '.'])).stderr).toBe('');
    expect((await run(['check', '--bundle', sick, '--config', 'hsdoctor.toml'])).stderr).toBe('');
    expect((await run(['check', '--source', join(home, 'cloned')])).stderr).toBe('');
  });
});

describe("a configuration's own hsdoctor.toml", () => {
  const file = () => join(cloned, 'hsdoctor.toml');
  beforeEach(() => writeFileSync(join(cloned, 'configuration.nix'), '{ services.openssh.enable = true; }'));
  const source = (...more: readonly string[]) => run(['check', '--source', '.', ...more]);

  test.each([
    ['url = "http://127.0.0.1:1"', 'immich'],
    ['key-file = "/etc/passwd"', 'immich'],
    ['hosts = ["minipc"]', 'check'],
    ['sudo = true', 'check'],
    ['since = "1s"', 'check'],
    ['timeout = "1s"', 'check'],
  ])('%s is refused with the place where it belongs', async (line, section) => {
    settings(`[${section}]\n${line}\n`);
    const { exitCode, stderr } = await source();
    const [key] = section === 'immich' ? ['immich'] : line.split(' ');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `hsdoctor: hsdoctor.toml:${section === 'immich' ? 1 : 2}: ${key}: this belongs in your own settings (~/.config/hsdoctor/config.toml): the file of a configuration may only have [[waivers]], [names], and skip and fail-on under [check]`,
    });
  });

  test('that leaves out every check leaves nothing in order', async () => {
    const all = checks.map(({ id }) => JSON.stringify(id)).filter((id) => id !== '"visibility"');
    settings(`[check]\nskip = [${all.join(', ')}]\n`);
    const { exitCode, stdout } = await source();
    expect(exitCode).toBe(3);
    expect(stdout).not.toContain('No problems found');
  });

  test('configuration is refused too, and a key that there is not', async () => {
    settings('configuration = "/srv/theirs"\n');
    expect((await source()).stderr).toContain(
      'hsdoctor.toml:1: configuration: this belongs in your own settings',
    );
    settings('[check]\nskp = []\n');
    expect((await source()).stderr).toContain(
      'hsdoctor.toml:2: skp: there is no such key; did you mean "skip"?',
    );
  });

  test.each<[string, () => unknown, string]>([
    ['a FIFO', () => mkfifo(file()), 'it is not a regular file'],
    ['a folder', () => mkdirSync(file()), 'it is not a regular file'],
    [
      'a link out of the folder',
      () => {
        writeFileSync(join(home, 'outside.toml'), '[check]\nskip = ["oci-backend"]\n');
        symlinkSync(join(home, 'outside.toml'), file());
      },
      'it is a symbolic link that leads out of the folder',
    ],
    [
      'a link through a folder that leads out',
      () => {
        mkdirSync(join(home, 'outside'));
        writeFileSync(join(home, 'outside', 'x.toml'), '');
        symlinkSync(join(home, 'outside'), join(cloned, 'inside'));
        symlinkSync('inside/x.toml', file());
      },
      'it is a symbolic link that leads out of the folder',
    ],
    [
      'a link to a device',
      () => symlinkSync('/dev/zero', file()),
      'it is a symbolic link that leads out of the folder',
    ],
    [
      'a link to a FIFO beside it',
      () => mkfifo(join(cloned, 'fifo')).then(() => symlinkSync('fifo', file())),
      'it is not a regular file',
    ],
    ['a link to nowhere', () => symlinkSync('nowhere', file()), 'no such file or directory'],
    [
      'larger than a settings file',
      () => writeFileSync(file(), `#${'x'.repeat(1024 * 1024)}\n`),
      'it is larger than 1 MiB',
    ],
  ])('%s is refused, and never hangs', async (_, make, reason) => {
    await make();
    const { exitCode, stderr } = await source();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `hsdoctor: the settings file hsdoctor.toml cannot be read: ${reason}`,
    });
  });

  test('a link within the folder is followed', async () => {
    writeFileSync(join(cloned, 'doctor.toml'), '[check]\nskip = ["oci-backend"]\n');
    symlinkSync('doctor.toml', file());
    const { stdout } = await source('--json');
    const [target] = reportSchema.parse(JSON.parse(stdout)).targets;
    expect(target?.results).toContainEqual({
      check: 'oci-backend',
      status: 'skipped',
      reason: 'left out by hsdoctor.toml:2 (skip)',
      findings: [],
    });
  });

  test('says nothing about a host that is checked beside it', async () => {
    settings(
      '[check]\nskip = ["ml-oom"]\nfail-on = "unknown"\n[[waivers]]\ncheck = "tailscale-up"\nreason = "theirs"\n',
    );
    const { stdout } = await source('--bundle', join(ROOT, 'demo', 'sick-server'), '--json');
    const { targets } = reportSchema.parse(JSON.parse(stdout));
    const bundle = targets.find(({ kind }) => kind === 'bundle');
    expect(bundle?.settings).toBeUndefined();
    expect(bundle?.results.find(({ check }) => check === 'ml-oom')?.reason ?? '').not.toContain('left out');
    expect(bundle?.results.flatMap(({ findings }) => findings.flatMap(({ waived }) => waived ?? []))).toEqual(
      [],
    );
    const judged = targets.find(({ kind }) => kind === 'source');
    expect(judged?.settings?.map(({ key }) => key)).toEqual(['check.skip']);
  });
});

describe('the official program to upload by, in a cloned repository', () => {
  /** Registries that have nothing: which one npx asks is all that is of interest. */
  async function registry() {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(404).end('{}');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return { paths, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
  }

  test('is neither its package nor that of its registry', async () => {
    const immich = await startFakeImmich({});
    const [mine, theirs] = [await registry(), await registry()];
    const photos = join(home, 'photos');
    mkdirSync(photos);
    writeFileSync(join(photos, 'a.jpg'), 'a');
    writeFileSync(join(home, '.npmrc'), `registry=${mine.url}\nfetch-retries=0\n`);
    writeFileSync(join(cloned, '.npmrc'), `registry=${theirs.url}\n`);
    writeFileSync(join(cloned, 'package.json'), '{ "dependencies": { "@immich/cli": "3.2.2" } }');
    const program = '#!/bin/sh\ntouch "$HOME/ran"\necho 3.2.2\n';
    const module = join(cloned, 'node_modules', '@immich', 'cli');
    mkdirSync(module, { recursive: true });
    writeFileSync(
      join(module, 'package.json'),
      '{ "name": "@immich/cli", "version": "3.2.2", "bin": { "immich": "immich" } }',
    );
    writeFileSync(join(module, 'immich'), program, { mode: 0o755 });
    const bin = join(cloned, 'node_modules', '.bin');
    mkdirSync(bin);
    for (const name of ['immich', 'npx', 'bunx']) writeFileSync(join(bin, name), program, { mode: 0o755 });
    try {
      const { exitCode, stdout } = await run(
        ['immich', 'upload', photos, '--engine', 'immich-cli', '--json'],
        {
          IMMICH_INSTANCE_URL: immich.url,
          IMMICH_API_KEY: immich.key,
          HSDOCTOR_UPLOAD_SETTLE_INTERVAL: '50ms',
          PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
          // What npx read in the folder.
          npm_config_registry: theirs.url,
        },
      );
      expect(existsSync(join(home, 'ran'))).toBe(false);
      expect(theirs.paths).toEqual([]);
      expect(mine.paths).toContain('/@immich%2fcli');
      expect(exitCode).toBe(3);
      expect(JSON.parse(stdout).message).toContain(
        'Immich CLI version 3, which this server needs, was not found',
      );
    } finally {
      for (const { server } of [mine, theirs]) server.close();
      await immich.close();
    }
  });
});

test("the user's own file has its limit too", async () => {
  const large = join(home, 'large.toml');
  writeFileSync(large, `#${'x'.repeat(1024 * 1024)}\n`);
  const { exitCode, stderr } = await run(['check', '--config', large]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `hsdoctor: the settings file ${large} cannot be read: it is larger than 1 MiB`,
  });
  expect(readFileSync(large, 'utf8').length).toBeGreaterThan(1024 * 1024);
});
