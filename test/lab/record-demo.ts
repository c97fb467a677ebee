import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Box } from './box.ts';
import { restore } from './home-server.ts';
import { hsdoctor } from './hsdoctor.ts';
import { demoScenario } from './scenarios.ts';

const DEMO = join(import.meta.dirname, '../../demo/sick-server');

/** Records the sick server that `hsdoctor demo` shows. What belongs to the machine below the box is left out. */
async function record(): Promise<void> {
  const box = await Box.create('bookworm');
  try {
    await box.boot();
    await box.must('/usr/local/share/lab/make-images');
    await restore(box);
    await demoScenario.provoke(box);
    await rm(DEMO, { recursive: true, force: true });
    const { exitCode, stdout, stderr } = await hsdoctor(box, [
      'collect',
      '--host',
      'minipc',
      '--output',
      DEMO,
    ]);
    if (exitCode !== 0) throw new Error(`hsdoctor collect ended with ${exitCode}: ${stderr}`);
    console.log(stdout);
  } finally {
    await box.remove();
  }
}

await record();
