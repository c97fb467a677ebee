import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readUserFile } from '../../src/settings/file.ts';

let folder: string;
const before = process.env.XDG_CONFIG_HOME;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hsdoctor-system-'));
  process.env.XDG_CONFIG_HOME = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = before;
  rmSync(folder, { recursive: true });
});

test("the system's file is read where the user has none, and not beside it", async () => {
  const system = join(folder, 'system.toml');
  expect(await readUserFile(undefined, system)).toBeUndefined();
  writeFileSync(system, '[check]\nsudo = true\n');
  const read = await readUserFile(undefined, system);
  expect(read?.values).toEqual({ check: { sudo: true } });
  expect(read?.place('check', 'sudo')).toBe(`${system}:2: sudo`);
  mkdirSync(join(folder, 'hsdoctor'));
  writeFileSync(join(folder, 'hsdoctor', 'config.toml'), '[check]\nsince = "1h"\n');
  expect((await readUserFile(undefined, system))?.values).toEqual({ check: { since: '1h' } });
});
