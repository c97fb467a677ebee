import process from 'node:process';
import { parseArgs } from 'node:util';
import { missing, startLoopbackHosts } from '../test/support/loopback-host.ts';
import { localCheck, sshCheck } from './check.ts';
import { largeHosts } from './large-hosts.ts';
import { manyHosts } from './many-hosts.ts';
import type { Row } from './measure.ts';
import { redaction } from './redaction.ts';
import { startUp } from './start-up.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`bench: --runs ${values.runs}: write a whole number of 1 or more\n`);
  process.exit(2);
}

const COLUMNS = ['what', 'measured', 'against', 'result', 'budget'] as const;
let kept = true;

function show(row: Row): void {
  kept &&= row.holds;
  process.stdout.write(
    `| ${[...COLUMNS.map((column) => row[column]), row.holds ? 'yes' : 'NO'].join(' | ')} |\n`,
  );
}

process.stdout.write(`| ${COLUMNS.join(' | ')} | holds |\n|${' --- |'.repeat(COLUMNS.length + 1)}\n`);
for (const row of await startUp(runs)) show(row);
show(await localCheck(runs));
for (const row of await largeHosts(Math.ceil(runs / 3))) show(row);
for (const row of redaction(Math.ceil(runs / 3))) show(row);
if (missing === '') {
  const hosts = await startLoopbackHosts();
  try {
    show(await sshCheck(runs, hosts));
    for (const row of await manyHosts(Math.ceil(runs / 3), hosts)) show(row);
  } finally {
    await hosts.stop();
  }
} else {
  kept = false;
  process.stderr.write(`bench: not measured over ssh: there is no ${missing} here\n`);
}
process.exitCode = kept ? 0 : 1;
