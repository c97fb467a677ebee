import { error, notice, warning } from '@actions/core';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type { Finding } from '../../../src/model/report.ts';
import { visible } from '../../../src/text/visible.ts';
import { exampleReport, rendered } from './example.ts';
import { hostileText } from './hostile-text.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** As the runner reads a line of the log. */
function commandOf(line: string): Command | undefined {
  const [, info, data = ''] = /^::(.*?)::(.*)$/s.exec(line.trimStart()) ?? [];
  if (info === undefined) return undefined;
  const [name = '', ...rest] = info.split(' ');
  const decoded = (text: string, escapes: Readonly<Record<string, string>>) =>
    Object.entries(escapes).reduce((result, [code, char]) => result.replaceAll(code, char), text);
  const ofData = { '%0D': '\r', '%0A': '\n', '%25': '%' };
  const properties = rest
    .join(' ')
    .split(',')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return [
        pair.slice(0, at),
        decoded(pair.slice(at + 1), { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' }),
      ];
    });
  return { name, properties: Object.fromEntries(properties), message: decoded(data, ofData) };
}

/** The runner ends a line at each of these, and at nothing else. */
const linesOf = (text: string) => text.split(/\r\n|\n|\r/).filter(Boolean);

afterEach(() => vi.restoreAllMocks());

/** The same command as the official library writes it. */
function official({ name, properties: { title, file, line, col }, message }: Command): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const options = {
    ...(title === undefined ? {} : { title }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { startLine: Number(line) }),
    ...(col === undefined ? {} : { startColumn: Number(col) }),
  };
  const annotate = { error, notice, warning }[name as 'error'];
  annotate(message, options);
  const written = String(write.mock.calls[0]?.[0]).replace(/\n$/, '');
  write.mockRestore();
  return written;
}

test('each finding is an annotation, and what could not be seen is one too', async () => {
  const text = await rendered('github', exampleReport());
  await expect(text).toMatchFileSnapshot('../../golden/formats/github.exit-1.txt');
  const commands = linesOf(text).map(commandOf);
  expect(commands.map((command) => [command?.name, command?.properties.title])).toEqual([
    ['error', 'nixos: immich-ml may take no more than 1 GiB'],
    ['error', 'nixos: immich-ml will be killed'],
    ['warning', 'Unknown: minipc: the journal could not be read'],
    ['warning', 'Unknown: nixos: ml-oom, tailscale-bind'],
    ['warning', 'Unknown: nas'],
    ['warning', 'minipc: restic has failed'],
    ['notice', 'Waived: nixos: docker runs the containers'],
    ['notice', 'Waived: minipc: the key expires'],
    ['notice', 'Settings: nixos'],
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
  ]);
  expect(commands[0]?.properties).toMatchObject({
    file: 'nix config/modules/with space/immich#1.nix',
    line: '12',
    col: '5',
  });
});

test('commands are spelled as the official library spells them, and no text makes one of its own', async () => {
  const kinds = linesOf(await rendered('github', exampleReport('x'))).map((line) => commandOf(line)?.name);
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const lines = linesOf(await rendered('github', exampleReport(text)));
      const commands = lines.map(commandOf);
      expect(commands.map((command) => command?.name)).toEqual(kinds);
      expect(commands[0]?.properties.title).toBe(`${visible(text)}: ${visible(text)}`);
      // Those of the runner of Azure, and the older ones of GitHub, are obeyed anywhere in a line.
      expect(lines.filter((line) => /##(?:\[|vso)/.test(line))).toEqual([]);
      for (const [index, command] of commands.entries())
        if (command !== undefined) expect(lines[index]).toBe(official(command));
    }),
  );
});

test('a place in a module of several machines is told once, with all of them', async () => {
  const report = exampleReport();
  const [nixos] = report.targets;
  const targets = [nixos, { ...nixos, name: 'nas' }] as typeof report.targets;
  const lines = linesOf(await rendered('github', { ...report, targets }));
  const errors = lines.map(commandOf).filter((command) => command?.name === 'error');
  expect(errors.map((command) => command?.properties.title)).toEqual([
    'nixos, nas: immich-ml may take no more than 1 GiB',
    'nixos: immich-ml will be killed',
    'nas: immich-ml will be killed',
  ]);
});

test('a cause stands before what follows from it, also where that is worse or follows from another', async () => {
  const report = exampleReport();
  const [nixos] = report.targets;
  const example = nixos?.results.flatMap(({ findings }) => findings)[0] as Finding;
  const caused = (title: string, status: Finding['status'], causedByFingerprint?: string) => ({
    check: 'x',
    status,
    findings: [
      {
        ...example,
        title,
        status,
        fingerprint: title,
        evidence: [],
        ...(causedByFingerprint === undefined ? {} : { causedBy: 'x', causedByFingerprint }),
      },
    ],
  });
  const results = [
    caused('third', 'fail', 'second'),
    caused('second', 'fail', 'first'),
    caused('alone', 'warn'),
    caused('first', 'warn'),
  ];
  const targets = [{ ...nixos, results }] as typeof report.targets;
  const commands = linesOf(await rendered('github', { ...report, targets })).map(commandOf);
  expect(commands.flatMap((command) => command?.properties.title ?? []).slice(0, 4)).toEqual([
    'nixos: first',
    'nixos: second',
    'nixos: third',
    'nixos: alone',
  ]);
});
