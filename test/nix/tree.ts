import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Data } from '../../src/nix/data.ts';
import { type NixSource, openNixSource } from '../../src/nix/source.ts';

/** A folder of its own for a test, with these files in it. */
export function writeTree(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-nix-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, {
      mode: /^#!(?!.*\n# not executable)/.test(text) ? 0o755 : 0o644,
    });
  }
  return folder;
}

export const open = (files: Readonly<Record<string, string>>): NixSource => openNixSource(writeTree(files));

/** The machines, each with what it sets as `networking.hostName`, and whether it was read whole; then what is not known. */
export function machines(files: Readonly<Record<string, string>>): string[] {
  const { hosts, open: more } = open(files);
  const found = hosts.map((host) => {
    const option = host.option('networking.hostName');
    const isWhole = host.gaps.every(({ touches }) => touches === 'nothing');
    return [
      host.name,
      option.state === 'known' ? option.value : option.state,
      isWhole ? 'whole' : 'in part',
    ].join(' ');
  });
  return [...found.sort(), ...more];
}

export const evaluate = (text: string, more: Readonly<Record<string, string>> = {}): Data =>
  open({ ...more, 'expression.nix': text }).value('expression.nix');

/** The value as JSON has it, where all of it is known; undefined where a part is not, and for functions and paths. */
export function asJson(data: Data): unknown {
  if (data === null || typeof data !== 'object') return data;
  if (!('kind' in data)) {
    const items = data.map(asJson);
    return items.includes(undefined) ? undefined : items;
  }
  if (data.kind !== 'set' || data.rest !== undefined) return undefined;
  const entries = [...data.attributes].map(([name, value]) => [name, asJson(value)] as const);
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
}
