import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { uploadAgents } from '../../src/facts/config/upload-agents.ts';
import { openNixSource } from '../../src/nix/source.ts';
import { writeTree } from './tree.ts';

function agentsOf(files: Readonly<Record<string, string>>, mode = 0o644) {
  const folder = writeTree({ 'upload-immich.sh': '#!/bin/sh\nimmich upload x\n', ...files });
  chmodSync(join(folder, 'upload-immich.sh'), mode);
  const source = openNixSource(folder);
  const [host] = source.hosts;
  if (host === undefined) throw new Error('there is no host');
  const read = uploadAgents.read({ host, all: source.hosts, source });
  return 'value' in read ? read.value : read;
}

const agent = (words: string, more = '') => ({
  'configuration.nix': `{ config, pkgs, lib, ... }: {
  launchd.agents.photos.config.ProgramArguments = ${words};
  ${more}
}`,
});

test.each([
  [0o755, 'executable'],
  [0o644, 'file'],
])('a file of mode %o is, as a program, %s', (mode, state) => {
  const home = 'home.file."bin/upload.sh".source = ./upload-immich.sh;';
  for (const files of [agent('[ "/Users/kim/bin/upload.sh" ]', home), agent(`[ "\${./upload-immich.sh}" ]`)])
    expect(agentsOf(files, mode)[0]?.program?.file).toMatchObject({
      is: { value: state },
      from: 'upload-immich.sh',
    });
});

test.each([
  ['[ "/a/upload-immich.sh" "x" ]', '/a/upload-immich.sh', 'launchd'],
  ['[ "/bin/sh" "/a/upload-immich.sh" ]', '/a/upload-immich.sh', 'interpreter'],
  ['[ "/usr/bin/env" "A=b" "bash" "-o" "pipefail" "upload-immich.sh" ]', 'upload-immich.sh', 'interpreter'],
  [
    '[ "/bin/sh" "-c" "/bin/wait4path /nix/store && exec /a/upload-immich.sh x" ]',
    '/a/upload-immich.sh',
    'shell',
  ],
  ['[ "/bin/bash" "-lc" "exec bash /a/upload-immich.sh" ]', '/a/upload-immich.sh', 'interpreter'],
])('of %s, the program is %s', (words, program, through) => {
  expect(agentsOf(agent(words))[0]?.program).toMatchObject({ word: { text: program }, through });
});

test('what a shell is to run is a script, and no program', () => {
  const [found] = agentsOf(agent('[ "/bin/sh" "-c" "cd; immich upload x" ]'));
  expect(found?.program).toBeUndefined();
  expect(found?.scripts).toMatchObject([{ text: 'cd; immich upload x', isFile: false }]);
});

test('each line of a script in a file of Nix has its place, whatever is put into it', () => {
  const [found] = agentsOf(
    agent(
      `[ "\${pkgs.writeShellScript "upload" ''
        cd ''\${HOME}
        immich upload \${lib.concatStringsSep " " [ "a" "b" ]} \\
          --delete
      ''}" ]`,
    ),
  );
  expect(found?.scripts[0]?.text).toBe('cd ${HOME}\nimmich upload a b \\\n  --delete\n');
  expect(found?.scripts[0]?.places.slice(0, 3).map((place) => place?.line)).toEqual([3, 4, 5]);
});

const GIVEN = 'IMMICH_INSTANCE_URL = "http://minipc";';

test('an agent whose program is not known is one of Immich by its environment', () => {
  const of = (more: string) => () => agentsOf(agent('[ "/Users/kim/bin/sync" ]', more));
  expect(of(`launchd.agents.photos.config.EnvironmentVariables.${GIVEN}`)()).toMatchObject([
    { name: 'photos' },
  ]);
  expect(of(`launchd.user.envVariables.${GIVEN}`)).toThrow('no launchd agent uploads to Immich');
  expect(of('launchd.agents.photos.config.EnvironmentVariables.URL = "http://minipc";')).toThrow(
    'no launchd',
  );
});
