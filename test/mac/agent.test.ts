import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { exitStatus } from '../../src/engine/check.ts';
import { reportSchema } from '../../src/model/report.ts';
import { human } from '../../src/report/human.ts';
import { shown } from '../../src/report/shown.ts';
import { BIN, hsdoctor, hsdoctorMeasured } from '../support/hsdoctor.ts';
import { type LoopbackHosts, missing, startLoopbackHosts } from '../support/loopback-host.ts';
import { ERROR, HOUR, LABEL, MINUTE, OUT, TestMac } from '../support/mac.ts';

let mac: TestMac;
beforeEach(() => {
  mac = new TestMac();
});
afterEach(() => mac.remove());

const run = (...args: string[]) => hsdoctor({ ...mac.localEnv, TZ: 'Asia/Seoul' }, ...args);
/** What is printed, with nothing of this run in it. */
const steady = (text: string) =>
  `${text.trimEnd()}\n`
    .replaceAll(/read in [\d.]+ s/g, 'read in 0.5 s')
    .replaceAll(/\S+ \S+ \S+ \((\d) h ago\)/g, (_, ago) => `2026-03-10 ${21 - ago}:00:00 UTC (${ago} h ago)`)
    .replaceAll(
      /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+Z| UTC| [+-]\d{4})(?! \(\d h ago)/g,
      '2026-03-10 12:00:00 UTC',
    )
    .replaceAll(/(?<=(?:down|degraded) since ).+?(?= {2})/g, '12:00');

const sick = () => {
  mac.service(LABEL, { 'last exit code': '126' });
  mac.log([9 * HOUR, '업로드 시작'], [9 * HOUR, '완료'], [3 * HOUR, '서버 연결 불가']);
  mac.pings('', { exit: 7 });
};

test.each<[string, () => void]>([
  ['mac-healthy', () => {}],
  ['mac-sick', sick],
])('a check of this Mac prints %s', async (name, arrange) => {
  arrange();
  const report = await mac.report();
  const status = exitStatus(report, 'fail');
  const text = human(shown(report), { color: false, width: 100, exitStatus: status, verbose: false });
  await expect(steady(text)).toMatchFileSnapshot(`../golden/${name}.exit-${status}.txt`);
});

test.each<[string, () => void]>([
  ['mac-status', () => {}],
  ['mac-status-sick', sick],
])('the status of its agent is %s', async (name, arrange) => {
  arrange();
  const { stdout, stderr, exitCode } = await run('agent', 'status');
  expect(stderr).toBe('');
  await expect(steady(stdout)).toMatchFileSnapshot(`../golden/${name}.exit-${exitCode}.txt`);
});

test('the status of its agent steers neither a terminal nor a CI, whatever things are called', {
  tags: 'hosts',
}, async () => {
  const odd = 'x ::error::y ##vso[z] \u202e \u001b]0;title\u0007';
  mac.agent({ StandardOutPath: join(mac.home, `${odd}.log`) }, { name: 'other.upload-immich' });
  mac.file(`${odd}.log`, `${mac.logText([HOUR, `CLI 종료 코드: 1 ${odd}`])}`, { age: HOUR });
  mac.agent({ Label: `upload-immich ${odd}`, WatchPaths: [join(mac.home, odd)] });
  const { stdout } = await run('agent', 'status');
  expect(stdout).toContain('\\u{202e}');
  expect(stdout).not.toContain('\\u{5c}');
  expect(stdout).not.toMatch(/(?:^|\s)::error|##vso\[|(?!\n)\p{C}/mu);
});

describe.skipIf(missing)(`over ssh${missing && ` (not run: no ${missing})`}`, { tags: 'hosts' }, () => {
  let hosts: LoopbackHosts;
  beforeAll(async () => {
    hosts = await startLoopbackHosts();
    return () => hosts.stop();
  });
  const resultsOver = async (host: string) => {
    const { stdout } = await hsdoctor(hosts.env, 'check', '--host', host, '--tag', 'mac', '--json');
    return reportSchema.parse(JSON.parse(stdout)).targets[0]?.results ?? [];
  };
  const login = () => `PATH='${mac.folder}/bin':$PATH HOME='${mac.home}'; export PATH HOME`;

  test('the same is found as on the Mac itself', async () => {
    sick();
    hosts.add('macbook', { login: login() });
    const faults = (await resultsOver('macbook')).filter(({ status }) => status !== 'ok');
    expect(faults.map(({ check }) => check)).toEqual(['launchd-agent', 'upload-log', 'immich-reachable']);
  });

  test('without a session at the screen the agent is unknown, and the rest is judged', async () => {
    mac.session(false);
    hosts.add('logged-out', { login: login() });
    const statuses = (await resultsOver('logged-out')).map(({ check, status }) => `${check}: ${status}`);
    expect(statuses).toContain('launchd-agent: unknown');
    expect(statuses).toContain('upload-log: ok');
  });
});

describe('the logs of the agent', { tags: 'hosts' }, () => {
  test('are shown in the order of their times, failures marked, the last lines only', async () => {
    mac.log(
      [3 * HOUR, '업로드 시작'],
      [3 * HOUR - MINUTE, 'CLI 종료 코드: 1'],
      [HOUR, '업로드 시작'],
      [HOUR - MINUTE, '완료'],
    );
    const between = new Date(mac.now - 2 * HOUR + 9 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
    mac.file(ERROR, `${between} first\nits second line\n`);
    const { stdout } = await run('agent', 'logs', '-n', '5');
    expect(stdout.replaceAll(/\[?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\]? /g, '')).toBe(
      '✖ CLI 종료 코드: 1\n✖ first\n✖ its second line\n업로드 시작\n완료',
    );
  });

  test('without any times are put where their last line was written', async () => {
    mac.log([3 * HOUR, 'before'], [HOUR, 'after']);
    mac.file(ERROR, 'between\n', { age: 2 * HOUR });
    expect((await run('agent', 'logs')).stdout).toMatch(/before\n✖ between\n.*after$/);
  });

  test.each([
    ['red \u001b[31m IMMICH_API_KEY=canary', 'red  IMMICH_API_KEY=[redacted]'],
    ['IMMICH_API_\u001b[0mKEY=canary', 'IMMICH_API_KEY=[redacted]'],
    ['+ bunx @immich/cli upload --key canary x', '+ bunx @immich/cli upload --key [redacted] x'],
    ["+ bunx @immich/cli upload '--key=canary' x", "+ bunx @immich/cli upload '--key=[redacted]' x"],
    [`+ immich upload -k ${'canary7'.repeat(6)} x`, '+ immich upload -k [redacted] x'],
    [`+ immich upload -k${'canary7'.repeat(6)} x`, '+ immich upload -k[redacted] x'],
    ["+ curl -H 'x-api-key: canary' http://a", "+ curl -H 'x-api-key: [redacted]' http://a"],
    ['+ curl --form-string user=canary http://a', '+ curl --form-string user=[redacted] http://a'],
    ["PUSHOVER_USER='canary'", "PUSHOVER_USER='[redacted]'"],
    ['+ curl -k https://me:canary@a/api', '+ curl -k https://me:[redacted]@a/api'],
    ['+ curl http://a/api?apiKey=canary', '+ curl http://a/api?apiKey=[redacted]'],
  ])('show no control characters, and no key: %j', async (line, expected) => {
    mac.file(OUT, `${line}\n`);
    expect((await run('agent', 'logs')).stdout).toBe(expected);
  });

  test.each([
    ['a \u001b]0;title\u0007b', 'a \\u{1b}]0;title\\u{7}b'],
    ['a ::error::b', 'a \\u{3a}:error::b'],
    ['a ##vso[task.complete]b', 'a \\u{23}#vso[task.complete]b'],
    ['a \u202eb\u009b', 'a \\u{202e}b\\u{9b}'],
  ])('steer neither a terminal nor a CI: %j', async (line, expected) => {
    mac.file(OUT, `${line}\n`);
    expect((await run('agent', 'logs')).stdout).toBe(expected);
  });

  test('are followed as they grow, are rotated and are emptied', async () => {
    mac.file(OUT, 'one\n');
    const child = spawn(process.execPath, [BIN, 'agent', 'logs', '--follow'], {
      env: { ...process.env, ...mac.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    const shows = (text: string) => vi.waitFor(() => expect(seen).toBe(text), 20_000);
    const out = join(mac.home, OUT);
    await shows('one\n');
    appendFileSync(out, 'two\nthr');
    await shows('one\ntwo\n');
    appendFileSync(out, 'ee\n');
    await shows('one\ntwo\nthree\n');
    renameSync(out, `${out}.1`);
    appendFileSync(`${out}.1`, 'last of the old\n');
    writeFileSync(out, 'four\n');
    await shows('one\ntwo\nthree\nlast of the old\nfour\n');
    truncateSync(out);
    appendFileSync(join(mac.home, ERROR), 'five\n');
    await shows('one\ntwo\nthree\nlast of the old\nfour\n✖ five\n');
    appendFileSync(out, 'six\n');
    await shows('one\ntwo\nthree\nlast of the old\nfour\n✖ five\nsix\n');
    child.kill('SIGINT');
    await once(child, 'close');
  });

  test('that are absent, unfinished or of very long lines are no trouble', async () => {
    mac.without(ERROR);
    mac.file(OUT, `${'x'.repeat(9_000_000)}\nlast\nunfinished`);
    expect((await run('agent', 'logs', '-n', '1')).stdout).toBe('last');
    expect((await run('agent', 'logs', '-n', '0')).stdout).toBe('');
  });

  test('that no property list names are none, which is said', async () => {
    mac.file(`Library/LaunchAgents/${LABEL}.plist`, '<plist><dict><key>upload-immich');
    const { stderr, exitCode } = await run('agent', 'logs');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^hsdoctor: there is no log to show: no readable property list/);
  });

  test('of a Mac without an agent are none, which is said', async () => {
    mac.without('Library/LaunchAgents');
    const { stderr, exitCode } = await run('agent', 'logs');
    expect({ stderr, exitCode }).toEqual({
      stderr:
        'hsdoctor: no launchd agent of this Mac uploads to Immich: set one up with `hsdoctor agent install FOLDER`',
      exitCode: 2,
    });
  });
});

test.each(['status', 'logs'])(
  'another machine than a Mac has no agent %s, which is said',
  { tags: 'hosts' },
  async (command) => {
    mac.program('uname', 'echo Linux');
    const { stderr, exitCode } = await run('agent', command);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^hsdoctor: the upload agent runs on macOS only.* `hsdoctor check --host MAC`$/);
  },
);

test.each([
  ['check', ['check', '--json']],
  ['agent logs', ['agent', 'logs']],
])(
  'a log of a gigabyte costs %s no more memory than one of a megabyte',
  { tags: 'hosts' },
  async (_, args) => {
    const out = join(mac.home, OUT);
    const measure = async (bytes: number) => {
      mac.file(OUT, '');
      truncateSync(out, bytes);
      appendFileSync(out, '\n[2026-03-10 12:00:00] 서버 연결 불가\n');
      const { stdout, peakMemory } = await hsdoctorMeasured(mac.env, ...args);
      expect(stdout).toContain('서버 연결 불가');
      return peakMemory;
    };
    const small = await measure(1_000_000);
    expect(await measure(1_000_000_000)).toBeLessThan(small + 32 * 1_048_576);
  },
);

test('a collection of a Mac does not count the sources of a server', { tags: 'hosts' }, async () => {
  const { stdout } = await run('collect', '--output', join(mac.folder, 'bundle.tar.gz'));
  expect(stdout).toMatch(/^(\d+) of \1 sources of \S+ saved in \S+$/);
});

test('a bundle of a Mac, which has no journal, is judged since any time', async () => {
  const bundle = join(mac.folder, 'bundle.tar.gz');
  await run('collect', '--output', bundle);
  const judged = async (...more: string[]) => {
    const { stdout } = await run('check', '--bundle', bundle, '--json', ...more);
    return JSON.parse(stdout).targets[0].results.map(({ check, status }: Record<string, string>) => [
      check,
      status,
    ]);
  };
  expect(await judged('--since', '1h')).toEqual(await judged());
});

test('nothing of a key appears in a bundle, a report or an error, wherever it stands', {
  tags: 'hosts',
}, async () => {
  const url = 'http://me:canary-url/canary@canary@100.101.102.103:2283/?sid=canary#canary';
  mac.agent({
    ProgramArguments: [
      '/bin/sh',
      '-c',
      `IMMICH_API_KEY=canary-argument exec ${mac.home}/.local/bin/upload-immich.sh --key canary-key -kcanary -k /canary/path --api-key=canary-equals "canary word"`,
    ],
    EnvironmentVariables: {
      IMMICH_API_KEY: 'canary-environment\nof two canary lines',
      PUSHOVER: 'canary-<pushover>',
      PIN: 8_265_433,
      IMMICH_INSTANCE_URL: url,
      IMMICH_API_KEY_FILE: 'canary-taken-for-a-file',
    },
    Comment: 'canary-comment',
  });
  mac.process(4711, HOUR, `/bin/sh ${mac.home}/.local/bin/upload-immich.sh --key canary-process`);
  mac.process(4712, HOUR, '/usr/bin/other --password canary-other');
  mac.lock('upload-immich.lock', '4712\ncanary-lock\n', HOUR);
  mac.log(
    [HOUR, '+ curl -H x-api-key:canary-trace'],
    [HOUR, 'key canary-bare'],
    [HOUR, '+ immich upload --key canary-trace 완료'],
    [HOUR, 'IMMICH_API_KEY 미설정'],
  );
  mac.file(ERROR, '_canary_: command not found: IMMICH_API_KEY=canary-error\n'.replace('_canary_', 'x'));
  mac.pings('{"token":"canary-answer"}');
  const bundle = join(mac.folder, 'bundle.tar.gz');
  const live = await Promise.all([
    run('check'),
    run('check', '--json'),
    run('agent', 'status'),
    run('collect', '--output', bundle),
  ]);
  const judged = await run('check', '--bundle', bundle, '--json');
  const folder = join(mac.folder, 'as-folder');
  await run('collect', '--output', folder);
  const saved = await execa('grep', ['-rhai', 'canary', folder], { reject: false });
  expect(saved.stdout).toBe('');
  expect((await execa('grep', ['-rha', '8265433', folder], { reject: false })).stdout).toBe('');
  for (const { stdout, stderr } of [...live, judged])
    expect(`${stdout}${stderr}`.match(/.{0,60}canary.{0,20}/gi)).toBeNull();
  expect(
    reportSchema.parse(JSON.parse(judged.stdout)).targets[0]?.results.map(({ status }) => status),
  ).toContain('fail');
});
