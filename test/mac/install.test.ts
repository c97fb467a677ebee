/** @module-tag hosts */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse as parsePlist } from 'fast-plist';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { installGlobally } from '../support/installed.ts';
import { StandInLaunchd } from '../support/launchd.ts';
import { API_KEY, LABEL as OTHER, SCRIPT, TestMac } from '../support/mac.ts';
import { type FakeImmich, type FakeImmichOptions, startFakeImmich } from '../upload/fake-server/server.ts';

const LABEL = 'hsdoctor.upload-immich';
const PLIST = `Library/LaunchAgents/${LABEL}.plist`;
const FOLDER = 'Uploads/from here & there';

let mac: TestMac;
let server: FakeImmich;
beforeEach(() => {
  mac = new TestMac();
  mac.without(`Library/LaunchAgents/${OTHER}.plist`);
  mac.without(SCRIPT);
  mac.without('Library/Logs');
  mac.service(OTHER, null);
  mkdirSync(join(mac.home, FOLDER), { recursive: true });
  mkdirSync(join(mac.folder, 'temporary'));
});
afterEach(async () => {
  mac.remove();
  await server?.close();
});

const folder = () => join(mac.home, FOLDER);
const text = (path: string) => readFileSync(join(mac.home, path), 'utf8');
const calls = () => {
  const file = join(mac.folder, 'state', 'launchctl-calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

/** A server, its key in the usual file, and hsdoctor as it is installed. */
async function ready(options: FakeImmichOptions = {}) {
  server = await startFakeImmich(options);
  mac.file(API_KEY, `${server.key}\n`, { mode: 0o600 });
  const { node, hsdoctor } = installGlobally(join(mac.home, '.npm-global'));
  return (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execa(node, [hsdoctor, ...args], {
      reject: false,
      cwd: mac.home,
      env: {
        ...mac.localEnv,
        PATH: `${join(mac.home, '.npm-global', 'bin')}:${mac.localEnv.PATH}`,
        TMPDIR: join(mac.folder, 'temporary'),
        XDG_CONFIG_HOME: '',
        XDG_CACHE_HOME: '',
        NO_COLOR: '1',
        ...env,
      },
    });
}

const install = (...more: string[]) => ['agent', 'install', folder(), '--url', server.url, ...more];

describe('the agent', () => {
  test('is written as --print shows it, and loaded', async () => {
    const run = await ready();
    const shown = await run(install('--print'));
    expect(shown).toMatchObject({ stderr: '', exitCode: 0 });
    expect([existsSync(join(mac.home, PLIST)), calls()]).toEqual([false, []]);
    const { stdout, stderr, exitCode } = await run(install());
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain(`✔ The upload agent is installed: it uploads ${folder()} to ${server.url}`);
    expect(stdout).toContain('and keeps the files.');
    expect(stdout).toMatch(/To undo this: hsdoctor agent uninstall$/);
    expect(text(PLIST)).toBe(`${shown.stdout}\n`);
    expect(calls()).toEqual([`bootstrap gui/501 ${join(mac.home, PLIST)}`]);
    const bin = join(mac.home, '.npm-global', 'bin');
    expect(parsePlist(text(PLIST))).toEqual({
      Label: LABEL,
      ProgramArguments: [join(bin, 'node'), join(bin, 'hsdoctor'), 'immich', 'upload', folder()],
      EnvironmentVariables: {
        PATH: `${bin}:/usr/bin:/bin:/usr/sbin:/sbin`,
        IMMICH_INSTANCE_URL: server.url,
        IMMICH_API_KEY_FILE: join(mac.home, API_KEY),
      },
      WatchPaths: [folder()],
      StartInterval: 900,
      RunAtLoad: true,
      KeepAlive: false,
      ThrottleInterval: 30,
      ExitTimeOut: 30,
      ProcessType: 'Background',
      StandardOutPath: join(mac.home, 'Library/Logs/hsdoctor/upload-immich.log'),
      StandardErrorPath: join(mac.home, 'Library/Logs/hsdoctor/upload-immich.error.log'),
    });
    expect(text(PLIST)).not.toContain(server.key);
    expect(statSync(join(mac.home, PLIST)).mode & 0o777).toBe(0o644);
  });

  test('is the same after a second time, and nothing is done again', async () => {
    const run = await ready();
    await run(install());
    const before = [text(PLIST), calls(), statSync(join(mac.home, PLIST)).mtimeMs];
    const { stdout, exitCode } = await run(install());
    expect(exitCode).toBe(0);
    expect(stdout).toContain('was installed already, and nothing was changed');
    expect([text(PLIST), calls(), statSync(join(mac.home, PLIST)).mtimeMs]).toEqual(before);
  });

  test('is replaced where something else is asked for', async () => {
    const run = await ready();
    await run(install());
    const { stdout } = await run(install('--delete'));
    expect(stdout).toContain('deletes verified files');
    expect(text(PLIST)).toContain('<string>--delete</string>');
    expect(calls().map((call) => call.split(' ')[0])).toEqual(['bootstrap', 'bootout', 'bootstrap']);
  });

  test('of another folder says that the folder before is no longer uploaded', async () => {
    const run = await ready();
    expect((await run(install())).stdout).not.toContain('no longer');
    mkdirSync(join(mac.home, 'Other'));
    const { stdout, exitCode } = await run(['agent', 'install', '~/Other', '--url', server.url]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `! the agent no longer uploads ${folder()}: upload what is still there with \`hsdoctor immich upload '${folder()}'\`\n`,
    );
  });

  test('has the URL of the server, whatever a browser shows behind it', async () => {
    const run = await ready();
    const { exitCode } = await run(['agent', 'install', folder(), '--url', `${server.url}/photos/1?at=2`]);
    expect(exitCode).toBe(0);
    expect(text(PLIST)).toContain(`<string>${server.url}</string>`);
  });

  test('deletes where the settings say so, which is told', async () => {
    const run = await ready();
    mac.file('.config/hsdoctor/config.toml', `[immich]\nurl = "${server.url}"\ndelete = true\n`);
    const { stdout } = await run(['agent', 'install', folder()], { HSDOCTOR_UPLOAD_DELETE: 'no' });
    expect(stdout).toContain('deletes verified files');
    expect(text(PLIST)).not.toContain('--delete');
    expect((await run(['agent', 'install', folder(), '--no-delete'])).stdout).toContain('keeps the files');
    expect(text(PLIST)).toContain('<string>--no-delete</string>');
  });

  test('may be declared instead where home-manager manages the home, which is told', async () => {
    const run = await ready();
    const told = /^! home-manager manages this Mac: .* --nix home-manager$/m;
    expect((await run(install())).stdout).not.toMatch(told);
    mkdirSync(join(mac.home, '.local/state/home-manager'), { recursive: true });
    expect((await run(install())).stdout).toMatch(told);
    const { stdout, stderr } = await run(install('--nix', 'home-manager'));
    expect(stdout).toMatch(/^launchd\.agents\.upload-immich = \{\n {2}enable = true;/);
    expect(stderr).toMatch(/^hsdoctor: nothing was changed: put this into your configuration/);
  });

  test('is loaded again where only its property list is there', async () => {
    const run = await ready();
    await run(install());
    mac.service(LABEL, null);
    const { stdout } = await run(install());
    expect(stdout).toContain('✔ The upload agent is installed');
    expect(calls().map((call) => call.split(' ')[0])).toEqual(['bootstrap', 'bootstrap']);
  });

  test('is enabled where it was disabled', async () => {
    const run = await ready();
    mac.disable(LABEL);
    expect((await run(install())).exitCode).toBe(0);
    expect(calls().map((call) => call.split(' ')[0])).toEqual(['enable', 'bootstrap']);
  });

  test('is not there where launchd refuses it', async () => {
    const run = await ready();
    writeFileSync(join(mac.folder, 'state', 'refuses'), '');
    const { stderr, stdout, exitCode } = await run(install());
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toMatch(
      /^hsdoctor: launchctl bootstrap could not load the agent: Bootstrap failed: 5: .*$/,
    );
    expect(existsSync(join(mac.home, PLIST))).toBe(false);
  });
});

describe('a test photo', () => {
  test('goes through the agent, and is gone afterwards, here and there', async () => {
    const run = await ready();
    await using launchd = new StandInLaunchd(mac);
    writeFileSync(join(folder(), 'mine.jpg'), 'a photo of mine');
    const { stdout, stderr, exitCode } = await run(install('--test-photo', '--timeout', '40s'));
    expect(`${stderr}\n${stdout}`).toMatch(
      /✔ The agent uploaded the test photo (hsdoctor-test-photo-\d{8}T\d{6}\.png): .*trash now\.$/,
    );
    expect(exitCode).toBe(0);
    expect(readdirSync(folder())).toEqual(['mine.jpg']);
    const assets = [...server.store.assets.values()].map(({ name, trashed }) => [
      name.replace(/-\d.*/, ''),
      trashed,
    ]);
    expect(assets.sort()).toEqual([
      ['hsdoctor-test-photo', true],
      ['mine.jpg', false],
    ]);
    // The first one may have been found by the run at load: the second one only wakes the agent.
    const before = launchd.runsOf(LABEL);
    const again = await run(install('--test-photo', '--timeout', '40s'));
    expect(again.stdout).toMatch(/nothing was changed.*trash now\.$/s);
    expect(launchd.runsOf(LABEL)).toBeGreaterThan(before);
    expect(readdirSync(folder())).toEqual(['mine.jpg']);
  });

  test('that the agent deletes itself is gone there, too', async () => {
    const run = await ready();
    await using _ = new StandInLaunchd(mac);
    mac.file('.config/hsdoctor/config.toml', '[immich]\nrest-interval = "50ms"\n');
    const { stdout, exitCode } = await run(install('--delete', '--test-photo', '--timeout', '40s'));
    expect(stdout).toMatch(/trash now\.$/);
    expect([exitCode, readdirSync(folder())]).toEqual([0, []]);
    expect(text('Library/Logs/hsdoctor/upload-immich.log')).toContain('deleted');
  });

  test('stays in Immich where the key may not delete, which is told', async () => {
    const run = await ready({ permissions: ['asset.upload', 'asset.download', 'asset.read'] });
    await using _ = new StandInLaunchd(mac);
    const { stdout, exitCode } = await run(install('--test-photo', '--timeout', '40s'));
    expect(stdout).toMatch(/removed here; delete it in Immich yourself \(the key lacks asset\.delete\)\.$/);
    expect([exitCode, readdirSync(folder())]).toEqual([0, []]);
    expect([...server.store.assets.values()].map(({ trashed }) => trashed)).toEqual([false]);
  });

  test('goes with Ctrl-C, too', async () => {
    const run = await ready();
    const running = run(install('--test-photo'));
    await vi.waitFor(() => expect(readdirSync(folder())).toHaveLength(1), 20_000);
    running.kill('SIGINT');
    expect((await running).exitCode).toBe(130);
    expect(readdirSync(folder())).toEqual([]);
  });

  test('of a server that goes away is an error of the photo, and not of the agent', async () => {
    const run = await ready();
    const running = run(install('--test-photo', '--timeout', '20s'));
    await vi.waitFor(() => expect(readdirSync(folder())).toHaveLength(1), 20_000);
    server.maintenance = true;
    const { stderr, exitCode } = await running;
    expect(stderr).toMatch(
      /hsdoctor: the agent is installed, but the test photo could not be tried: .*maintenance/,
    );
    expect([exitCode, readdirSync(folder())]).toEqual([1, []]);
  });

  test('that does not arrive is an error, and gone', async () => {
    const run = await ready();
    const { stderr, exitCode } = await run(install('--test-photo', '--timeout', '2s'));
    expect(stderr).toMatch(/hsdoctor: the test photo \S+ did not arrive in Immich in time, and was removed/);
    expect([exitCode, readdirSync(folder())]).toEqual([1, []]);
  });
});

test('what was written is ok for every check of a Mac, once it has run', async () => {
  const run = await ready();
  await using _ = new StandInLaunchd(mac);
  await run(install('--delete', '--test-photo', '--timeout', '40s'));
  const { stdout } = await run(['check', '--json', '--tag', 'mac']);
  const statuses = JSON.parse(stdout).targets[0].results.map(
    ({ check, status, reason }: Record<string, string>) => [check, status, reason],
  );
  expect(statuses.filter(([, status]: string[]) => status !== 'ok')).toEqual([]);
  expect(statuses.map(([check]: string[]) => check)).toEqual([
    'launchd-agent',
    'upload-lock',
    'upload-log',
    'upload-credentials',
    'upload-folder',
    'immich-reachable',
    'upload-safety',
  ]);
});

describe('uninstalling', () => {
  test('removes what was written, and nothing else', async () => {
    const run = await ready();
    await run(install());
    mac.file('Library/Logs/hsdoctor/upload-immich.log', 'a run\n');
    const { stdout, exitCode } = await run(['agent', 'uninstall']);
    expect(stdout).toMatch(/^✔ The upload agent is unloaded, and .*\.plist is deleted\./);
    expect([exitCode, existsSync(join(mac.home, PLIST))]).toEqual([0, false]);
    expect(calls().at(-1)).toBe(`bootout gui/501/${LABEL}`);
    expect(text('Library/Logs/hsdoctor/upload-immich.log')).toBe('a run\n');
    expect([existsSync(folder()), text(API_KEY)]).toEqual([true, `${server.key}\n`]);
  });

  test('nothing is no mistake', async () => {
    const run = await ready();
    expect(await run(['agent', 'uninstall'])).toMatchObject({
      exitCode: 0,
      stdout: '– There is nothing to remove: `hsdoctor agent install` has installed no agent here.',
    });
    expect(calls()).toEqual([]);
  });

  test.each<[string, () => void, RegExp]>([
    [
      'changed by hand',
      () => appendFileSync(join(mac.home, PLIST), '<!-- mine -->\n'),
      /was changed since `hsdoctor agent install` wrote it/,
    ],
    ['of somebody else', () => mac.agent({}, { name: LABEL }), /was not written by `hsdoctor agent install`/],
  ])('leaves a property list %s as it is, and so does installing', async (_, change, says) => {
    const run = await ready();
    await run(install());
    change();
    const before = [text(PLIST), calls()];
    const gone = await run(['agent', 'uninstall']);
    expect(gone.exitCode).toBe(2);
    expect(gone.stderr).toMatch(says);
    expect(gone.stderr).toContain(`launchctl bootout gui/501/${LABEL}`);
    const again = await run(install('--delete'));
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatch(says);
    expect([text(PLIST), calls()]).toEqual(before);
  });
});

describe('what does not allow an agent is one sentence that says what to do', () => {
  const settings = () => mac.file('.config/hsdoctor/config.toml', `[immich]\nurl = "${server.url}"\n`);
  test.each<[string, number, RegExp, () => readonly string[], Record<string, string>?]>([
    ['no folder', 2, /^no FOLDER was given|^no folder was given/, () => ['agent', 'install']],
    [
      'an absent folder',
      2,
      /does not exist: create it with `mkdir -p \/.*nowhere`, or name another one$/,
      () => ['agent', 'install', `${mac.home}/nowhere`],
    ],
    [
      'a file',
      2,
      /is a file: name the folder that holds it/,
      () => ['agent', 'install', join(mac.home, API_KEY)],
    ],
    [
      'a protected folder',
      2,
      /in a place that macOS protects .* use a folder such as ~\/FolderActions/,
      () => ['agent', 'install', '~/Documents/photos'],
    ],
    ['another disk', 2, /macOS protects/, () => ['agent', 'install', '/Volumes/card']],
    ['a network drive', 2, /on another disk or a network drive/, () => ['agent', 'install', '/dev/shm']],
    [
      'a link into a protected folder',
      2,
      /Documents.* in a place that macOS protects/,
      () => {
        mkdirSync(join(mac.home, 'Documents'));
        symlinkSync('Documents', join(mac.home, 'link'));
        return ['agent', 'install', '~/link'];
      },
    ],
    ['the home', 2, /holds more than photos/, () => ['agent', 'install', '~']],
    ['no server', 2, /no Immich server was given: use --url/, () => ['agent', 'install', folder()]],
    [
      'a wrong URL',
      2,
      /is not the URL of a server: write http:\/\/minipc:2283/,
      () => ['agent', 'install', folder(), '--url', 'minipc:2283'],
    ],
    [
      'a URL with a password',
      2,
      /holds a password.*give the URL without it$/,
      () => ['agent', 'install', folder(), '--url', 'http://me:canary@minipc:2283'],
    ],
    [
      'a server that is down',
      3,
      /127\.0\.0\.1:1/,
      () => ['agent', 'install', folder(), '--url', 'http://127.0.0.1:1'],
    ],
    [
      'a server in maintenance',
      3,
      /maintenance/,
      () => {
        server.maintenance = true;
        return install();
      },
    ],
    [
      'no key',
      2,
      /there is no API key: .*put it in ~\/\.config\/immich\/api-key/,
      () => {
        mac.without(API_KEY);
        return install();
      },
    ],
    [
      'a key of this shell only',
      2,
      /there is no API key: .*\(an agent cannot use IMMICH_API_KEY of this shell\)$/,
      () => {
        mac.without(API_KEY);
        return install();
      },
      { IMMICH_API_KEY: 'canary' },
    ],
    [
      'a wrong key',
      3,
      /key/,
      () => {
        mac.file(API_KEY, 'canary\n', { mode: 0o600 });
        return install();
      },
    ],
    [
      'a key without permissions',
      3,
      /lacks the permission asset\.upload: add it in Immich/,
      () => install(),
      { PERMISSIONS: 'asset.read' },
    ],
    ['a key on the command line', 2, /cannot be given as a flag/, () => install('--key', 'canary')],
    [
      'a protected key',
      2,
      /the key file .* macOS protects .*move it/,
      () => {
        mac.file('Documents/key', 'canary\n', { mode: 0o600 });
        return install('--key-file', '~/Documents/key');
      },
    ],
    [
      'a notification without its keys',
      2,
      /the Pushover file .*: write it as docs\/upload\.md.* or use --no-notify$/,
      () => {
        mac.without('.config/pushover');
        return install('--notify');
      },
    ],
    ['a duration', 2, /--timeout: "soon" is not a duration/, () => install('--timeout', 'soon')],
    [
      'two things at once',
      2,
      /^--test-photo and --print cannot be used together: choose one of them$/,
      () => install('--print', '--test-photo'),
    ],
    [
      'a test photo of a block for Nix',
      2,
      /^--test-photo and --nix cannot be used together: choose one of them$/,
      () => install('--nix', 'home-manager', '--test-photo'),
    ],
    [
      'another manager',
      2,
      /--nix: "devenv" is not one of home-manager, nix-darwin/,
      () => install('--nix', 'devenv'),
    ],
    [
      'another agent of the folder',
      2,
      /the agent com\.example\.\S+ uploads this folder already: unload it with `launchctl bootout gui\/501\/com/,
      () => {
        mac.agent({ WatchPaths: [folder()] });
        return install();
      },
    ],
    [
      'an agent without a property list',
      2,
      /is still loaded whose property list is gone: unload it/,
      () => {
        mac.service('com.example.old.upload-immich');
        return install();
      },
    ],
    [
      'nobody at the screen',
      2,
      /nobody is logged in at the screen.*: log in at the screen, and run this again there$/,
      () => {
        mac.session(false);
        return install();
      },
    ],
    [
      'root',
      2,
      /not to root: run this again without sudo/,
      () => {
        settings();
        mac.program('id', 'echo 0');
        return install();
      },
    ],
    [
      'another machine',
      2,
      /on macOS only: run this on the Mac/,
      () => {
        mac.program('uname', 'echo Linux');
        return install();
      },
    ],
  ])('%s', async (_, status, says, arrange, env = {}) => {
    const { PERMISSIONS, ...shell } = env;
    const run = await ready(PERMISSIONS === undefined ? {} : { permissions: [PERMISSIONS] });
    const { stdout, stderr, exitCode } = await run(arrange(), shell);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: status });
    expect(stderr.replace(/^hsdoctor: /, '')).toMatch(says);
    expect(stderr).not.toMatch(/\n|canary/);
    expect([existsSync(join(mac.home, PLIST)), calls()]).toEqual([false, []]);
  });

  test('a clone of the repository', async () => {
    const run = await ready();
    mkdirSync(join(mac.home, '.npm-global/lib/node_modules/hsdoctor/.git'));
    const { stderr, exitCode } = await run(install());
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /runs from a clone of its repository \(.*\), which an agent cannot rely on: install it/,
    );
    rmSync(join(mac.home, '.npm-global/lib/node_modules/hsdoctor/.git'), { recursive: true });
    expect((await run(install())).exitCode).toBe(0);
  });
});
