import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { execa, execaSync } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { BIN, hsdoctor, ROOT } from '../support/hsdoctor.ts';

const home = mkdtempSync(join(tmpdir(), 'hsdoctor-completion-'));
afterAll(() => rmSync(home, { recursive: true }));
mkdirSync(join(home, '.ssh'));
mkdirSync(join(home, 'my nixos'));
mkdirSync(join(home, 'bin'));
writeFileSync(join(home, '.ssh', 'config'), 'Host minipc nas\n  Port 22\nHost $(date) *.lan\n');
writeFileSync(join(home, 'mine.toml'), '');
symlinkSync(BIN, join(home, 'bin', 'hsdoctor'));

const env = {
  HOME: home,
  PATH: [join(home, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
};

async function offered(...words: string[]): Promise<string[]> {
  const { stdout } = await hsdoctor({ HOME: home }, '__complete', 'words', ...words);
  return stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
}

test.each<[string[], string[]]>([
  [['chec'], ['words ', 'check']],
  [['--v'], ['words ', '--version']],
  [
    ['agent', 'st'],
    ['words ', 'status'],
  ],
  [
    ['help', 'immich', 'p'],
    ['words ', 'ping'],
  ],
  [
    ['check', '--host', ''],
    ['words ', 'minipc', 'nas'],
  ],
  [
    ['check', '--host=minipc,'],
    ['words ', '--host=minipc,nas'],
  ],
  [
    ['check', '--fail-on', 'u'],
    ['words ', 'unknown'],
  ],
  [
    ['check', '--format', 'j'],
    ['words ', 'json', 'junit'],
  ],
  [['check', '--format', 'junit=re'], ['files junit=']],
  [['check', '--skip', 'ml-oom,ml'], ['words ']],
  [
    ['check', '--tag', 'immich,pod'],
    ['words ', 'immich,podman'],
  ],
  [['check', '--source', ''], ['folders ']],
  [['check', '--config=mine'], ['files --config=']],
  [
    ['check', '--json', 'ml'],
    ['words ', 'ml-oom'],
  ],
  [
    ['explain', 'ml-oom/li'],
    ['words ', 'ml-oom/limit-too-low'],
  ],
  [
    ['completion', 'f'],
    ['words ', 'fish'],
  ],
  [['nonsense', 'x'], ['words ']],
])('%j', async (typed, expected) => {
  expect(await offered(...typed)).toEqual(expected);
});

test('every command, flag, check and kind is offered', async () => {
  for (const [id, { flags = {} }] of Object.entries(
    COMMANDS as Record<string, { flags?: Record<string, { hidden?: boolean }> }>,
  )) {
    const words = id.split(':');
    expect(await offered(...words)).toContain(words.at(-1));
    const names = Object.keys(flags).filter((name) => flags[name]?.hidden !== true);
    expect(await offered(...words, '--')).toEqual(expect.arrayContaining(names.map((name) => `--${name}`)));
  }
  const ids = checks.flatMap(({ id, kinds }) => [id, ...kinds.map((kind) => `${id}/${kind.id}`)]);
  expect((await offered('explain', '')).toSorted()).toEqual(['words ', ...ids].toSorted());
});

test('a line of bash is split as bash does', async () => {
  const line = String.raw`hsdoctor check --config "my file" --source my\ nixos --skip 'dns'`;
  const { stdout } = await hsdoctor({ HOME: home }, '__complete', 'line', line);
  expect(stdout.split('\n').map((each) => each.split('\t')[0])).toEqual(['words ', 'dns']);
});

test('the scripts are what the command prints', async () => {
  for (const [shell, file] of [
    ['bash', 'hsdoctor.bash'],
    ['zsh', '_hsdoctor'],
    ['fish', 'hsdoctor.fish'],
  ] as const) {
    const { stdout } = await hsdoctor({ HOME: home }, 'completion', shell);
    expect(`${stdout}\n`).toBe(readFileSync(join(ROOT, 'completions', file), 'utf8'));
  }
  expect(await hsdoctor({ HOME: home }, 'completion', 'fisch')).toMatchObject({
    exitCode: 2,
    stderr: 'hsdoctor: there is no completion for "fisch"; did you mean "fish"?',
  });
});

const has = (program: string) => !execaSync(program, ['--version'], { reject: false }).failed;

const LINES: readonly (readonly [string, readonly string[]])[] = [
  ['hsdoctor comp', ['completion']],
  ['hsdoctor check --host=mi', ['minipc']],
  ['hsdoctor check --fail-on u', ['unknown']],
  ['hsdoctor check --source my', ['my nixos']],
  ['hsdoctor check --format json=mi', ['mine.toml']],
];

describe('in a real shell', () => {
  test.skipIf(!has('bash'))('bash (skipped without it)', async () => {
    const ask = `source '${ROOT}/completions/hsdoctor.bash'
COMP_LINE=$1 COMP_POINT=\${#1}
_hsdoctor 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"`;
    for (const [line, expected] of LINES) {
      const { stdout } = await execa('bash', ['--norc', '-c', ask, 'bash', line], { env, cwd: home });
      expect(stdout.split('\n'), line).toEqual(expected);
    }
  });

  test.skipIf(!has('fish'))('fish (skipped without it)', async () => {
    for (const [line, [expected = '']] of LINES) {
      const ask = `source '${ROOT}/completions/hsdoctor.fish'; complete -C '${line}'`;
      const { stdout } = await execa('fish', ['--no-config', '-c', ask], { env, cwd: home });
      expect(
        stdout.split('\n').map((each) => each.split('\t')[0]),
        line,
      ).toEqual([expect.stringMatching(new RegExp(`${expected}/?$`))]);
    }
  });

  test.skipIf(!has('zsh'))('zsh (skipped without it)', { tags: 'hosts' }, async () => {
    const ask = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT=; unsetopt beep; autoload -U compinit; compinit -u -D; source '${ROOT}/completions/_hsdoctor'; stty cols 150; print rea''dy"
zpty -r -m shell begun '*ready*'
zpty -w -n shell "$1"$'\\t'
zpty -r -m shell line "*$2*" && print -r -- "$line"`;
    for (const [line, [expected = '']] of LINES) {
      const shown = expected.replace(' ', '\\\\ ');
      const { stdout } = await execa('zsh', ['-f', '-c', ask, 'zsh', line, shown], {
        env,
        cwd: home,
        timeout: 30_000,
      });
      expect(stdout, line).toContain(expected.replace(' ', '\\ '));
    }
  });
});
