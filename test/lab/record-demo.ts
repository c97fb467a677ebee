import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleTarget, writeBundle } from '../../src/collect/bundle.ts';
import type { RawResult } from '../../src/model/probe.ts';
import { Box } from './box.ts';
import { restore } from './home-server.ts';
import { hsdoctor } from './hsdoctor.ts';
import { demoScenario } from './scenarios.ts';

const DEMO = join(import.meta.dirname, '../../demo/sick-server');

/** What tells of the machine below the box: where its control groups lie, and how its kernel was built. */
const OF_THE_MACHINE: readonly (readonly [RegExp, string])[] = [
  [/=\/[^,\s]*?(?=\/libpod_parent\/)/g, '='],
  [/(Linux version \d+\.\d+\.\d+).*/g, '$1'],
  [/^(kernel=\d+\.\d+\.\d+).*/gm, '$1'],
  [/ \/tmp\/hsdoctor-lab-\w+\/root /g, ' / '],
  [/^(?:mount|space) .*\/run\/host.*\n/gm, ''],
];

/** Records the sick server that `hsdoctor demo` shows. */
async function record(): Promise<void> {
  const box = await Box.create('bookworm');
  try {
    await box.boot();
    await box.must('/usr/local/share/lab/make-images');
    await restore(box);
    await demoScenario.provoke(box);
    const recorded = join(box.folder, 'recorded');
    const { exitCode, stderr } = await hsdoctor(box, ['collect', '--host', 'minipc', '--output', recorded]);
    if (exitCode !== 0) throw new Error(`hsdoctor collect ended with ${exitCode}: ${stderr}`);
    const target = await bundleTarget(recorded);
    const collection = await target.collect([], { sudo: false, timeoutMs: 30_000, journalWindow: '--boot' });
    const results = new Map([...collection.results].map(([id, result]) => [id, withoutMachine(result)]));
    await rm(DEMO, { recursive: true, force: true });
    await writeBundle(DEMO, target.name, { ...collection, results });
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

await record();
