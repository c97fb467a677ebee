import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/nix/host.ts';
import type { Reading } from '../../src/nix/reading.ts';
import { openNixSource } from '../../src/nix/source.ts';
import { corpus } from './corpus.ts';
import { modulesOf } from './module-generator.ts';
import { writeTree } from './tree.ts';

/** HSDOCTOR_ROUNDS=100 and HSDOCTOR_SEED=7 look further, or at the same again. */
const ROUNDS = Number(process.env.HSDOCTOR_ROUNDS ?? 4);
const DEEPEST = 12;

describe('to pass through all that is set tells the same as to ask for each path', () => {
  test('of every configuration of the corpus', { tags: 'source' }, () => {
    let seen = 0;
    for (const { files } of corpus()) seen += compared(files);
    expect(seen).toBeGreaterThan(3000);
  });

  test('of made-up modules', { tags: 'source', timeout: 120_000 }, () => {
    const seed = Number(process.env.HSDOCTOR_SEED ?? Date.now() % 1e9);
    let seen = 0;
    for (const files of fc.sample(modulesOf, { numRuns: 25 * ROUNDS, seed })) seen += compared(files, seed);
    // Else the test would say nothing.
    expect(seen).toBeGreaterThan(1000);
  });

  test('where a part is set on a condition, by another module or only perhaps', () => {
    const seen = compared({
      'configuration.nix': `{ config, lib, ... }: {
        imports = [ ./other.nix ];
        a = { b.c = 1; d = lib.mkIf false { e = 2; }; f = lib.mkIf (config.unknown.x) 3; g.h = lib.mkForce { i = 4; }; };
        j.k = lib.mkDefault { l = { m = [ 1 { n = 2; } ]; }; };
        o = { p = { \${config.unknown.y} = 1; q = 2; }; } // config.unknown.z;
        r.s = lib.mkMerge [ { t = 1; } { u.v = 2; } ];
        systemd.services.w.environment = lib.mkDefault { X = "y"; };
        home-manager.users.z.programs.git = { enable = true; extraConfig.a.b = null; };
      }`,
      'other.nix': '{ lib, ... }: { a.g.h.x = 5; j.k.l.y = lib.mkOverride 10 6; r = { s.t = 1; }; }',
    });
    expect(seen).toBeGreaterThan(25);
  });
});

test('what a name is bound to is worked out once, however many look at it', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `s${index}`);
  const folder = writeTree({
    'configuration.nix': `{ ... }:
      let sum = builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 20000); in {
        system.stateVersion = "24.11";
        services = { ${names.map((name) => `${name} = { x = sum; };`).join(' ')} };
      }`,
  });
  const [host] = openNixSource(folder).hosts;
  const services = host?.reading(['services']).below().items ?? [];
  const values = services.map((service) => service.below().items[0]?.value());
  expect(values).toEqual(names.map(() => 199_990_000));
});

test('what took long to work out is kept, also where it was only looked at', () => {
  const folder = writeTree({
    'configuration.nix': `{ config, lib, ... }:
      let slow = n: if n == 0 then 0 else slow (n - 1) + slow (n - 1); in {
        system.stateVersion = "24.11";
        services.web.a = if slow 18 == 0 then { bind = "a"; d = lib.mkIf config.q.w 1; } else { };
        services.zoo.listen = "b";
      }`,
  });
  const [host] = openNixSource(folder).hosts;
  const values: unknown[] = [];
  const visit = (reading: Reading): void => {
    const { items: readings } = reading.below();
    for (const each of readings) visit(each);
    if (readings.length === 0) values.push(reading.value());
  };
  if (host !== undefined) for (let walk = 0; walk < 3; walk++) visit(host.reading(['services']));
  expect(values).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

/** @returns how many paths were looked at */
function compared(files: Readonly<Record<string, string>>, seed?: number): number {
  const folder = writeTree(files);
  let seen = 0;
  // One of its own for each way, as what was asked once is kept.
  const [passed, asked] = [openNixSource(folder).hosts, openNixSource(folder).hosts];
  for (const [index, host] of passed.entries()) {
    const other = asked[index];
    if (other === undefined) throw new Error('the same tree has other machines');
    const visit = (reading: Reading, depth: number) => {
      const { path } = reading;
      const { items: readings, rest } = reading.below();
      seen++;
      const items = readings.map(({ name }) => name).sort();
      expect({ path, seed, below: { items, rest }, ...told(reading) }).toEqual({
        path,
        seed,
        below: other.attributes(path),
        ...toldOf(other, path),
      });
      if (depth < DEEPEST) for (const each of readings) visit(each, depth + 1);
    };
    for (const each of host.reading([]).below().items) visit(each, 1);
  }
  return seen;
}

function told(reading: Reading) {
  const option = reading.option();
  return {
    option,
    items: reading.items(),
    definitions: reading.definitions(),
    at: reading.at('enable').option(),
    value: option.state === 'known' ? reading.value() : undefined,
  };
}

function toldOf(host: Host, path: readonly string[]) {
  const option = host.option(path);
  return {
    option,
    items: host.items(path),
    definitions: host.definitions(path),
    at: host.option([...path, 'enable']),
    value: option.state === 'known' ? option.value : undefined,
  };
}
