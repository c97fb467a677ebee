import { expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

const resultsOf = (files: Readonly<Record<string, string>>) =>
  new Map(judged(files).map((result) => [result.check, result]));

test('a file that git-crypt keeps locked is called that, and no syntax error', () => {
  const results = resultsOf({
    'configuration.nix':
      '{ imports = [ ./private.nix ]; networking.domain = (import ./names.nix).domain; system.stateVersion = "24.05"; }',
    'private.nix': '\0GITCRYPT\0\u0001abc',
    'names.nix': '\0GITCRYPT\0\u0001abc',
  });
  expect(results.get('nix-syntax')?.status).toBe('ok');
  const [finding] = results.get('visibility')?.findings ?? [];
  expect(finding).toMatchObject({
    kind: 'visibility/not-read',
    title: 'Part of the configuration was not read: private.nix is encrypted by git-crypt',
    remedy: { lasting: [{ text: 'Unlock it with git-crypt unlock, then check again.' }] },
  });
});

test('a file that is left over beside a flake, whose machines could not be found, is no machine that cannot be built', () => {
  const results = resultsOf({
    'flake.nix': '{ outputs = inputs: { nixosConfigurations = inputs.lib.machinesIn ./hosts; }; }',
    'hosts/old/modules.nix': '{ imports = [ ../../modules/lost ]; system.stateVersion = "21.05"; }',
  });
  expect(results.get('nix-syntax')?.findings).toEqual([]);
});
