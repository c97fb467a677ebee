import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NIX_MANAGERS, nixBlock } from '../../src/agent/nix-block.ts';
import { agentKeys, authorOf, propertyList } from '../../src/agent/property-list.ts';
import { reportSchema } from '../../src/model/report.ts';
import { hsdoctor, ROOT } from '../support/hsdoctor.ts';

const keys = agentKeys({
  command: ['/opt/homebrew/bin/node', '/opt/homebrew/bin/hsdoctor'],
  folder: '/Users/ann/Fotos "neu" & $' + '{alt}',
  home: '/Users/ann',
  url: 'http://minipc:2283',
  keyFile: '/Users/ann/.config/immich/api-key',
  config: undefined,
  configHome: undefined,
  options: ['--delete'],
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hsdoctor-block-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const flakeOf = (input: string, output: string) =>
  `{ outputs = { ${input}, ... }: { ${output} { modules = [ ./agent.nix ]; }; }; }`;
const FLAKES = {
  'nix-darwin': flakeOf('nix-darwin', 'darwinConfigurations.mac = nix-darwin.lib.darwinSystem'),
  'home-manager': flakeOf(
    'home-manager',
    'homeConfigurations.ann = home-manager.lib.homeManagerConfiguration',
  ),
};

test.each(NIX_MANAGERS)('the block for %s is ok for the checks of a configuration', async (manager) => {
  writeFileSync(join(folder, 'flake.nix'), FLAKES[manager]);
  writeFileSync(join(folder, 'agent.nix'), `{\n${nixBlock(keys, manager)}}\n`);
  mkdirSync(join(folder, 'home'));
  const { stdout } = await hsdoctor(
    { HOME: join(folder, 'home'), XDG_CONFIG_HOME: '' },
    ...['check', '--json', '--source', folder, 'nix-syntax', 'launchd-agent', 'upload-safety'],
  );
  const { results } = reportSchema.parse(JSON.parse(stdout)).targets[0] ?? { results: [] };
  expect(results.map(({ check, status, reason }) => [check, status, reason])).toEqual([
    ['nix-syntax', 'ok', undefined],
    ['launchd-agent', 'ok', undefined],
    ['upload-safety', 'ok', undefined],
  ]);
});

test('a change anywhere in a property list is seen, and one of others is not taken for ours', () => {
  const text = propertyList(keys);
  expect(authorOf(text)).toBe('hsdoctor');
  expect(authorOf(text.replace('900', '60'))).toBe('changed');
  expect(authorOf(`${text}\n`)).toBe('changed');
  expect(authorOf(text.replace(/^<!--.*\n/m, ''))).toBe('other');
});

test('the block of the documentation is the one that is printed', () => {
  const mine = agentKeys({
    command: ['/opt/homebrew/bin/node', '/opt/homebrew/bin/hsdoctor'],
    folder: '/Users/me/FolderActions/upload-immich',
    home: '/Users/me',
    url: 'http://100.64.0.10:2283',
    keyFile: '/Users/me/.config/immich/api-key',
    config: undefined,
    configHome: undefined,
    options: [],
  });
  expect(readFileSync(join(ROOT, 'docs', 'mac.md'), 'utf8')).toContain(nixBlock(mine, 'home-manager'));
});
