import { describe, expect, test } from 'vitest';
import type { Data, Opaque } from '../../src/nix/data.ts';
import { lastError } from '../../src/nix/nix-eval/ask.ts';
import { agrees, holesOf } from '../../src/nix/nix-eval/compare.ts';
import { readDerivation } from '../../src/nix/nix-eval/derivation.ts';

const hole = (more: Partial<Opaque> = {}): Opaque => ({
  kind: 'unknown',
  reason: 'it is not known',
  at: undefined,
  name: undefined,
  path: undefined,
  arguments: [],
  ...more,
});
const path = (text: string): Data => ({ kind: 'path', path: text });
const text = (...parts: readonly (string | Opaque)[]): Data => ({ kind: 'text', parts });
const set = (attributes: Readonly<Record<string, Data>>): Data => ({
  kind: 'set',
  attributes: new Map(Object.entries(attributes)),
  rest: undefined,
});

describe('whether the files can mean what nix says', () => {
  test.each<[string, Data, Data, boolean]>([
    ['the same text', 'a', 'a', true],
    ['another text', 'a', 'b', false],
    ['a number as a text', 80, '80', true],
    ['null', null, null, true],
    ['null and a text', null, 'a', false],
    ['a list with more from elsewhere', ['a', 'b'], ['x', 'a', 'y', 'b'], true],
    ['a list in another order', ['a', 'b'], ['b', 'a'], false],
    ['a list that lacks one', ['a', 'b'], ['a'], false],
    ['a set with more from elsewhere', set({ a: 1 }), set({ a: 1, b: 2 }), true],
    ['a set that lacks one', set({ a: 1, b: 2 }), set({ a: 1 }), false],
    ['more lines from elsewhere', 'b', 'a\nb\nc', true],
    ['a part of a line', 'b', 'abc', false],
    ['a text with a hole', text('v', hole(), '-cpu'), 'v2-cpu', true],
    ['a text with a hole that cannot be', text('v', hole(), '-cpu'), 'v2-cuda', false],
    ['a file of the tree', path('secrets/a.age'), path('secrets/a.age'), true],
    ['a copy of a file', path('secrets/a.age'), text(hole({ text: '/nix/store/0-a.age' })), true],
    ['another file', path('secrets/a.age'), path('secrets/b.age'), false],
    ['what is not known', hole(), 'a', true],
    ['a function', 'a', { kind: 'function' }, true],
  ])('%s', (_, ours, theirs, expected) => {
    expect(agrees(ours, theirs)).toBe(expected);
  });

  test.each<[readonly (string | Opaque)[], string, readonly string[] | undefined]>([
    [[hole(), ':/run'], '/run/agenix/db:/run', ['/run/agenix/db']],
    [['a', hole(), 'b', hole()], 'a1b2b3', ['1', '2b3']],
    [[hole(), hole()], 'ab', ['', 'ab']],
    [['a', hole(), 'a'], 'a', undefined],
    [['a'], 'ab', undefined],
    [[], '', []],
  ])('%j in %j', (parts, whole, expected) => {
    expect(holesOf(parts, whole)).toEqual(expected);
  });
});

describe('what nix says last', () => {
  test.each([
    [
      "warning: x\nerror: attribute 'no' missing\n(use '--show-trace' to show more)",
      "attribute 'no' missing",
    ],
    [
      "error:\n       … while evaluating the attribute 'config'\n         at /nix/store/a-lib/modules.nix:12:3:\n           11|\n\n       error: The option `a.b' is used but not defined.\n       at /nix/store/b-source/x.nix:3:5:\n            2| {",
      "The option `a.b' is used but not defined. (at /nix/store/b-source/x.nix:3:5)",
    ],
    ['error: \u001b[31;1merror:\u001b[0m gone\u0007', 'gone\u0007'],
    ['error: the password=hunter22 is bad', 'the password=[redacted] is bad'],
    ['Killed', 'Killed'],
    ['warning: Git tree is dirty\nevaluation warning: old is deprecated', undefined],
    [
      "error:\n       … while fetching the input 'git+ssh://git@github.com/a/b'\n\n       git@github.com: Permission denied (publickey).\n       error: program 'git' failed with exit code 128",
      'an input cannot be fetched: a key or a login is missing here',
    ],
    [
      "error: unable to download 'https://api.github.com/repos/a/b/commits/HEAD': Couldn't resolve host name (6)",
      'an input cannot be fetched: the network cannot be reached',
    ],
    [
      "warning: error: unable to download 'https://cache.nixos.org/nix-cache-info': Couldn't resolve host name (6); retrying\nerror: attribute 'no' missing",
      "attribute 'no' missing",
    ],
    ['', undefined],
  ])('%j', (stderr, expected) => {
    expect(lastError(stderr)).toBe(expected);
  });
});

describe('a derivation', () => {
  test('tells the text that it writes, its outputs and what it needs', () => {
    const drv = String.raw`Derive([("out","/nix/store/1-wait","","")],[("/nix/store/2-bash.drv",["out"]),("/nix/store/3-ip.drv",["out","dev"])],["/nix/store/4-x.sh"],"x86_64-linux","/bin/sh",["-e"],[("name","wait"),("text","#!/bin/sh\n\"$1\" \\ [x]\n")])`;
    expect(readDerivation(drv)).toEqual({
      outputs: ['/nix/store/1-wait'],
      content: '#!/bin/sh\n"$1" \\ [x]\n',
      writer: 'pkgs.writeText',
      needs: ['/nix/store/2-bash.drv', '/nix/store/3-ip.drv'],
    });
  });

  test('tells it of structured attributes, and nothing of another file', () => {
    const drv = String.raw`Derive([("out","/nix/store/1-a","","")],[],[],"x","/bin/sh",[],[("__json","{\"text\":\"echo\",\"executable\":true}")])`;
    expect(readDerivation(drv)).toMatchObject({ content: 'echo', writer: 'pkgs.writeShellScript' });
    const inFolder = drv.replace('("__json"', '("destination","/bin/a"),("executable","1"),("__json"');
    expect(readDerivation(inFolder).writer).toBe('pkgs.writeShellScriptBin');
    expect(readDerivation('#!/bin/sh "')).toMatchObject({ outputs: [], content: undefined, needs: [] });
  });
});
