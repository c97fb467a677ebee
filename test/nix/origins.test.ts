import { describe, expect, test } from 'vitest';
import { LIBRARIES } from '../../src/nix/knowledge/origins.ts';
import { originOfUrl } from '../../src/nix/origin.ts';
import { judged } from './corpus.ts';
import { machines, open } from './tree.ts';

describe('the table of public modules that set nothing of their own accord', () => {
  const all = [...LIBRARIES];
  const urlOf = (origin: string) =>
    origin.split('/').length === 2 ? `github:${origin}` : `https://${origin}.git`;

  test('names each as the origin of its URL', () => {
    expect(all.map((origin) => originOfUrl(urlOf(origin)))).toEqual(all);
  });

  test('is sorted, those of GitHub first', () => {
    const [ofGitHub, elsewhere] = [2, 3].map((parts) =>
      all.filter((origin) => origin.split('/').length === parts),
    );
    expect(all).toEqual([...(ofGitHub ?? []).toSorted(), ...(elsewhere ?? []).toSorted()]);
  });
});

describe('where the module of an input is from', () => {
  const locked = (owner: string, repo: string, inputs = {}) => ({
    locked: { type: 'github', owner, repo },
    inputs,
  });
  const lock = (inputs: object, nodes: object) =>
    JSON.stringify({ nodes: { root: { inputs }, ...nodes }, root: 'root', version: 7 });
  const importing = (module: string) =>
    `nixpkgs.lib.nixosSystem { modules = [ ${module} { networking.hostName = "one"; } ]; }`;

  test('an input that flake.lock names and does not have is from where flake.nix says', () => {
    const files = (owner: string) => ({
      'flake.lock': lock({ modules: 'modules' }, {}),
      'flake.nix': `{
        inputs.modules.url = "github:${owner}/disko";
        outputs = { nixpkgs, modules, ... }: { nixosConfigurations.one = ${importing('modules.nixosModules.default')}; };
      }`,
    });
    expect(machines(files('nix-community'))).toEqual(['one one whole']);
    expect(machines(files('somebody'))).toEqual(['one one in part']);
  });

  test.each([
    ['nix-community', 'somebody', 'one one whole'],
    ['somebody', 'nix-community', 'one one in part'],
  ])(
    'an input of a flake in a folder is its own, from %s, and not that of the flake around it, from %s',
    (inner, outer, expected) => {
      const folder = {
        'flake.nix': `{
        inputs.inner.url = "path:./inner";
        outputs = { nixpkgs, inner, modules, ... }: { nixosConfigurations.one = ${importing('inner.nixosModules.default')}; };
      }`,
        'inner/flake.nix': `{
        inputs.modules.url = "github:${inner}/disko";
        outputs = { modules, ... }: { nixosModules.default.imports = [ modules.nixosModules.default ]; };
      }`,
      };
      const nodes = {
        inner: { locked: { type: 'path', path: './inner' }, inputs: { modules: 'modules_2' } },
        modules: locked(outer, 'disko'),
        modules_2: locked(inner, 'disko'),
      };
      const flakeLock = lock({ inner: 'inner', modules: 'modules' }, nodes);
      expect(machines({ ...folder, 'flake.lock': flakeLock })).toEqual([expected]);
      expect(machines(folder)).toEqual([expected]);
    },
  );

  test.each([
    ['nix-community', 'somebody', 'one one whole'],
    ['somebody', 'nix-community', 'one one in part'],
  ])('an input of an input is from %s, whoever has that input: %s', (inner, outer, expected) => {
    const files = {
      'flake.lock': lock(
        { outer: 'outer' },
        { outer: locked(outer, 'disko', { modules: 'modules' }), modules: locked(inner, 'impermanence') },
      ),
      'flake.nix': `{
        outputs = { nixpkgs, outer, ... }: { nixosConfigurations.one = ${importing('outer.inputs.modules.nixosModules.default')}; };
      }`,
    };
    expect(machines(files)).toEqual([expected]);
  });
});

test('a module in a home that was not read may set options of that home alone', () => {
  const files = {
    'flake.nix': `{
      inputs.home-manager.url = "github:nix-community/home-manager";
      inputs.modules.url = "github:somebody/modules";
      outputs = { nixpkgs, home-manager, modules, ... }: {
        nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [
          home-manager.nixosModules.home-manager
          { home-manager.users.sam.imports = [ modules.homeModules.default ]; home-manager.users.eve = { }; }
        ]; };
      };
    }`,
  };
  const [one] = open(files).hosts;
  const isOpen = (path: string) => one?.attributes(path).rest !== undefined;
  expect(isOpen('home-manager.users.sam.services.podman.containers')).toBe(true);
  expect(isOpen('home-manager.users.eve.services.podman.containers')).toBe(false);
  expect(isOpen('virtualisation.oci-containers.containers')).toBe(false);
  expect(isOpen('systemd.services')).toBe(false);
  expect(isOpen('age.secrets')).toBe(false);
  expect(one?.gaps.filter(({ touches }) => touches !== 'nothing')).toMatchObject([
    { name: 'inputs.modules.homeModules.default', within: ['home-manager', 'users', 'sam'] },
  ]);
  const told = judged(files).flatMap(({ findings }) => findings.flatMap(({ evidence }) => evidence));
  expect(told).toMatchObject([
    { observed: 'inputs.modules.homeModules.default may set any option of home-manager.users.sam' },
  ]);
});
