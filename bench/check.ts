import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { HOME_SERVER } from '../test/support/home-server.ts';
import { BIN } from '../test/support/hsdoctor.ts';
import { type LoopbackHosts, writeProgram } from '../test/support/loopback-host.ts';
import { all, alone, sideBySide } from './by-hand.ts';
import { inMilliseconds, pairs, type Row, run, spread } from './measure.ts';

const LOCAL_BUDGET_MS = 250;
const SSH_FACTOR = 1.25;
const SSH_BUDGET_MS = 100;

/** A check of this machine against its slowest probe alone; the programs are stand-ins, so that machines compare. */
export async function localCheck(runs: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-bench-'));
  try {
    const slow = { ...HOME_SERVER, podman: `sleep 0.5\n${HOME_SERVER.podman}` };
    for (const [name, text] of Object.entries(slow)) writeProgram(join(folder, name), text);
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const slowest = all.find(({ id }) => id === 'containers');
    if (slowest === undefined) throw new Error('there is no probe "containers"');
    const measured = await pairs(
      runs,
      () => run([process.execPath, BIN, 'check'], { env, allowed: [0, 3] }),
      () => run(['sh', '-c', alone(slowest)], { env }),
    );
    const more = spread(measured.map(({ ours, theirs }) => ours - theirs));
    return {
      what: 'hsdoctor check',
      measured: inMilliseconds(spread(measured.map(({ ours }) => ours))),
      against: `its slowest probe alone: ${inMilliseconds(spread(measured.map(({ theirs }) => theirs)))}`,
      result: `+ ${inMilliseconds(more)}`,
      budget: `+ ${LOCAL_BUDGET_MS} ms`,
      holds: more.median <= LOCAL_BUDGET_MS,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A check over ssh against the same commands, written by hand as one parallel script, over one ssh. */
export async function sshCheck(runs: number, hosts: LoopbackHosts): Promise<Row> {
  hosts.add('compared', { programs: HOME_SERVER });
  const { env } = hosts;
  const measured = await pairs(
    runs,
    () => run([process.execPath, BIN, 'check', '--host', 'compared'], { env, allowed: [0, 3] }),
    () => run(['ssh', 'compared', 'sh', '-s'], { env, input: sideBySide }),
  );
  const more = spread(measured.map(({ ours, theirs }) => ours - SSH_FACTOR * theirs));
  return {
    what: 'hsdoctor check --host H',
    measured: inMilliseconds(spread(measured.map(({ ours }) => ours))),
    against: `the same by hand: ${inMilliseconds(spread(measured.map(({ theirs }) => theirs)))}`,
    result: `${SSH_FACTOR}x + ${inMilliseconds(more)}`,
    budget: `${SSH_FACTOR}x + ${SSH_BUDGET_MS} ms`,
    holds: more.median <= SSH_BUDGET_MS,
  };
}
