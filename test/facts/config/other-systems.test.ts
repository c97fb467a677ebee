import { describe, expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

const flakeOf = (options: string) => ({
  'flake.nix': `{
    inputs.nixpkgs.url = "github:NixOS/nixpkgs";
    outputs = { self, nixpkgs, ... }: {
      nixosConfigurations.host = nixpkgs.lib.nixosSystem { modules = [ ({ lib, ... }: { ${options} }) ]; };
      nixosConfigurations.guest = nixpkgs.lib.nixosSystem { modules = [ { } ]; };
    };
  }`,
});

/** What `visibility` found of the machine `host`, and where. */
function unreadIn(options: string) {
  const results = judged(flakeOf(options)).filter(({ check }) => check === 'visibility');
  return results.flatMap(({ findings }) =>
    findings.map(({ title, evidence }) => ({ title, observed: evidence.map(({ observed }) => observed) })),
  );
}

const WHEN = 'lib.mkIf (builtins.getEnv "A" == "b")';
const OPEN = 'hsdoctor cannot evaluate builtins.getEnv';

const CASES: readonly {
  readonly name: string;
  readonly options: string;
  readonly what: string;
  readonly reason: string;
  readonly near: string;
}[] = [
  {
    name: 'a container of NixOS that is built elsewhere',
    options: 'containers.web.path = "/nix/var/nix/profiles/web";',
    what: 'the container of NixOS web',
    reason: 'it is made of containers.web.path',
    near: 'containers.web = { autoStart = true; config = { }; };',
  },
  {
    name: 'a container of NixOS of a flake',
    options: 'containers.web.flake = "github:me/web";',
    what: 'the container of NixOS web',
    reason: 'it is made of containers.web.flake',
    near: 'containers.web.flake = null;',
  },
  {
    name: 'a microvm of a flake',
    options: 'microvm.vms.web.flake = self;',
    what: 'the microvm web',
    reason: 'it is made of microvm.vms.web.flake',
    near: 'microvm.vms.guest.flake = self;',
  },
  {
    name: 'a specialisation by a condition that is not known',
    options: `specialisation = ${WHEN} { gpu.configuration.boot.kernelParams = [ ]; };`,
    what: 'whatever is in specialisation',
    reason: OPEN,
    near: 'specialisation = lib.mkIf false { gpu.configuration.boot.kernelParams = [ ]; };',
  },
  {
    name: 'a specialisation whose name is not known',
    options: `specialisation.\${builtins.getEnv "A"}.configuration.boot.kernelParams = [ ];`,
    what: 'whatever is in specialisation',
    reason: OPEN,
    near: 'specialisation.gpu.configuration.boot.kernelParams = [ ];',
  },
  {
    name: 'microvms by a condition that is not known',
    options: `microvm.vms = ${WHEN} { web.config = { }; };`,
    what: 'whatever is in microvm.vms',
    reason: OPEN,
    near: 'microvm.vms.web.config = { };',
  },
];

describe.each(CASES)('$name', ({ options, what, reason, near }) => {
  test('is told by visibility, once', () => {
    expect(unreadIn(options)).toEqual([
      { title: `A system within this one was not read: ${what}`, observed: [`${what}: ${reason}`] },
    ]);
  });

  test('is not told of where it is read, or is none', () => {
    expect(unreadIn(near)).toEqual([]);
  });
});

test('several are told of together', () => {
  expect(
    unreadIn('microvm.vms = { web.flake = self; mail.flake = self; guest.flake = self; };').map(
      ({ title }) => title,
    ),
  ).toEqual(['2 systems within this one were not read: the microvm mail and 1 more']);
});

test('a module that is not there is told of alone', () => {
  expect(unreadIn('imports = [ ./lost.nix ];').map(({ title }) => title)).toEqual([
    'Part of the configuration was not read: lost.nix does not exist in this folder',
  ]);
});
