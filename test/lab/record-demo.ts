import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { bundleTarget, writeBundle } from '../../src/collect/bundle.ts';
import type { RawResult } from '../../src/model/probe.ts';
import { Box, eventually } from './box.ts';
import { restore } from './home-server.ts';
import { check, complaints, hsdoctor } from './hsdoctor.ts';
import { demoConfiguration, demoScenario } from './scenarios.ts';

const DEMO = join(import.meta.dirname, '../../demo');

/** What tells of the machine below the box: where its control groups lie, and how its kernel was built. */
const OF_THE_MACHINE: readonly (readonly [RegExp, string])[] = [
  [/=\/[^,\s]*?(?=\/libpod_parent\/)/g, '='],
  [/(Linux version \d+\.\d+\.\d+).*/g, '$1'],
  [/^(kernel=\d+\.\d+\.\d+).*/gm, '$1'],
  [/ \/tmp\/hsdoctor-lab-\w+\/root /g, ' / '],
  [/^(?:mount|space) .*\/run\/host.*\n/gm, ''],
];

/** The servers that `hsdoctor demo` shows, and how the restored one becomes each. */
const SERVERS: Readonly<Record<string, (box: Box) => Promise<void>>> = {
  'sick-server': (box) => demoScenario.provoke(box),
  'healthy-server': (box) =>
    eventually('nothing is wrong', async () => complaints(await check(box)).length === 0),
};

async function record(name: string, prepare: (box: Box) => Promise<void>): Promise<void> {
  const box = await Box.create('bookworm');
  try {
    await box.boot();
    await box.must('/usr/local/share/lab/make-images');
    await restore(box);
    await prepare(box);
    const recorded = join(box.folder, 'recorded');
    const { exitCode, stderr } = await hsdoctor(box, ['collect', '--host', 'minipc', '--output', recorded]);
    if (exitCode !== 0) throw new Error(`hsdoctor collect ended with ${exitCode}: ${stderr}`);
    const target = await bundleTarget(recorded);
    const collection = await target.collect([], { sudo: false, timeoutMs: 30_000, journalWindow: '--boot' });
    const results = new Map([...collection.results].map(([id, result]) => [id, withoutMachine(result)]));
    await rm(join(DEMO, name), { recursive: true, force: true });
    await writeBundle(join(DEMO, name), target.name, { ...collection, results });
  } finally {
    await box.remove();
  }
}

function withoutMachine(result: RawResult): RawResult {
  if (result.outcome !== 'ran') return result;
  const clean = (text: string) =>
    OF_THE_MACHINE.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text);
  return { ...result, stdout: clean(result.stdout), stderr: clean(result.stderr) };
}

await writeFile(join(DEMO, 'configuration', 'configuration.nix'), await demoConfiguration());
// All of them, or those that are named.
const names = process.argv.slice(2);
for (const name of names.length === 0 ? Object.keys(SERVERS) : names) {
  const prepare = SERVERS[name];
  if (prepare === undefined) throw new Error(`${name} is none of ${Object.keys(SERVERS).join(', ')}`);
  await record(name, prepare);
}
