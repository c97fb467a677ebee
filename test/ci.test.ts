/** @module-tag hosts */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from './support/hsdoctor.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-ci-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A repository whose check has this exit status. */
function repository(status: 0 | 1 | 3): string {
  const path = join(folder, `status-${status}`);
  if (existsSync(path)) return path;
  mkdirSync(path);
  if (status === 3) {
    writeFileSync(
      join(path, 'configuration.nix'),
      '{ imports = [ (fetchTarball "https://example.org/x.tar.gz") ]; }\n',
    );
    return path;
  }
  cpSync(join(import.meta.dirname, 'nix', 'seed-layout'), path, { recursive: true });
  const file = join(path, 'modules/nixos/programs/docker/immich.nix');
  if (status === 1)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ *serviceConfig\.ExecStartPre = .*\n/m, ''));
  return path;
}

const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
const run = (script: string, cwd: string, env: Readonly<Record<string, string>>, ...args: string[]) =>
  execa('sh', [join(ROOT, 'ci', script), ...args], {
    reject: false,
    cwd,
    extendEnv: false,
    env: { HOME: folder, NO_COLOR: '1', PATH, ...env },
  });

async function action(cwd: string, env: Readonly<Record<string, string>> = {}) {
  const runner = mkdtempSync(join(folder, 'runner-'));
  const files = { GITHUB_OUTPUT: join(runner, 'output'), GITHUB_STEP_SUMMARY: join(runner, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const inputs = { INPUT_SOURCE: '.', INPUT_FAIL_ON: 'fail', INPUT_UNKNOWN: 'notice', INPUT_FORMATS: '' };
  const { exitCode, stdout } = await run('github-action.sh', cwd, {
    ...inputs,
    ...files,
    RUNNER_TEMP: runner,
    GITHUB_ACTIONS: 'true',
    ...env,
  });
  return {
    exitCode,
    stdout,
    outputs: readFileSync(files.GITHUB_OUTPUT, 'utf8').split('\n'),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    sarif: join(runner, 'hsdoctor.sarif'),
  };
}

test('the action fails with a finding, and annotates its line', async () => {
  const { exitCode, stdout, outputs, summary, sarif } = await action(repository(1), {
    INPUT_FORMATS: 'junit=hsdoctor.xml tap=hsdoctor.tap',
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error .*file=modules\/nixos\/programs\/docker\/immich\.nix,line=\d+/m);
  expect(outputs).toEqual(['status=1', `sarif=${sarif}`, '']);
  expect(summary).toContain('immich-server');
  expect(JSON.parse(readFileSync(sarif, 'utf8')).version).toBe('2.1.0');
  expect(existsSync(join(repository(1), 'hsdoctor.xml'))).toBe(true);
  expect(existsSync(join(repository(1), 'hsdoctor.tap'))).toBe(true);
});

test('the action passes with a notice where something could not be checked, unless told otherwise', async () => {
  const passed = await action(repository(3));
  expect(passed).toMatchObject({ exitCode: 0, outputs: ['status=3', expect.stringMatching('^sarif='), ''] });
  expect(passed.stdout).toMatch(
    /^::notice title=hsdoctor::Nothing failed, but something could not be checked/m,
  );
  expect((await action(repository(3), { INPUT_UNKNOWN: 'fail' })).exitCode).toBe(3);
  expect((await action(repository(3), { INPUT_FAIL_ON: 'unknown' })).exitCode).toBe(1);
});

test('a wrong input is an error of its own, with no SARIF file', async () => {
  const { exitCode, outputs } = await action(repository(1), { INPUT_SOURCE: 'absent; touch x' });
  expect({ exitCode, outputs }).toEqual({ exitCode: 2, outputs: ['status=2', ''] });
  expect(existsSync(join(repository(1), 'x'))).toBe(false);
});

test('the action finds a newer node of the runner than that on the PATH, or says that there is none', async () => {
  const old = join(folder, 'old');
  mkdirSync(old);
  writeFileSync(join(old, 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const path = `${old}:/usr/bin:/bin`;
  const none = await action(repository(1), { PATH: path });
  expect(none).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining('add a step with actions/setup-node'),
  });
  const cache = join(folder, 'tools');
  mkdirSync(join(cache, 'node', '24.0.0', 'x64', 'bin'), { recursive: true });
  const found = join(cache, 'node', '24.0.0', 'x64', 'bin', 'node');
  writeFileSync(found, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  expect((await action(repository(1), { PATH: path, RUNNER_TOOL_CACHE: cache })).exitCode).toBe(1);
});

test('action.yml gives the script each of its inputs', () => {
  const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
  const inputs = text.slice(text.indexOf('\ninputs:'), text.indexOf('\noutputs:'));
  const names = [...inputs.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name = '']) => name);
  const page = readFileSync(join(ROOT, 'docs', 'github.md'), 'utf8');
  const script = readFileSync(join(ROOT, 'ci', 'github-action.sh'), 'utf8');
  expect(names).toEqual(['source', 'fail-on', 'unknown', 'formats']);
  for (const name of names) {
    const variable = `INPUT_${name.replaceAll('-', '_').toUpperCase()}`;
    expect(text).toContain(`${variable}: \${{ inputs.${name} }}`);
    expect(script).toContain(`$${variable}`);
    expect(page).toContain(`| \`${name}\``);
  }
});

test('the hook of pre-commit refuses a failure, and passes, with what could not be checked, otherwise', async () => {
  const failed = await run('pre-commit.sh', repository(1), {});
  expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('FAIL') });
  const unknown = await run('pre-commit.sh', repository(3), {});
  expect(unknown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('was not read') });
  const strict = await run('pre-commit.sh', repository(3), {}, '--fail-on', 'unknown');
  expect(strict.exitCode).toBe(1);
  const passed = await run('pre-commit.sh', repository(0), {});
  expect(passed).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
});
