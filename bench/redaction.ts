import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { redact } from '../src/text/redact.ts';
import { SICK_SERVER } from '../test/support/bundles.ts';
import { inMilliseconds, type Row, spread } from './measure.ts';

const BYTES = 50_000_000;
const BUDGET_MS = 1000;
/** Where a text is made to keep the rules busy; it has no budget in the design, and must not be seconds. */
const HOSTILE_BUDGET_MS = 250;

/** Each keeps another rule busy; those of the tests are more. */
const HOSTILE = [
  'token-',
  '--password',
  '"TOKEN ',
  'password=xyz ',
  'password=\\"',
  '://a:',
  '-----BEGIN ',
  '://a:b/',
  'redis-cli -a',
  'mysql -p',
  'curl -u a',
  'mongosh -p',
  'webhooks/1',
  'sk-a',
  'a',
  '\\',
];

/** What a host tells, 50 MB of it, and the worst megabyte, against what it takes to make the same text of its bytes. */
export function redaction(runs: number): Row[] {
  const recorded = readdirSync(SICK_SERVER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readFileSync(join(SICK_SERVER, name, 'stdout'), 'utf8'))
    .join('\n');
  const usual = measure(repeated(recorded, BYTES), runs);
  const hostile = HOSTILE.map((text) => ({ text, ...measure(repeated(text, 1_000_000), runs) }));
  const worst = hostile.reduce((a, b) => (a.ours.median > b.ours.median ? a : b));
  return [
    {
      what: 'redaction of 50 MB from a host',
      measured: inMilliseconds(usual.ours),
      against: `bytes to text: ${inMilliseconds(usual.theirs)}`,
      result: `${Math.round(BYTES / 1000 / usual.ours.median)} MB/s`,
      budget: `${BUDGET_MS} ms`,
      holds: usual.ours.median <= BUDGET_MS,
    },
    {
      what: `redaction of a hostile megabyte (${JSON.stringify(worst.text)})`,
      measured: inMilliseconds(worst.ours),
      against: `bytes to text: ${inMilliseconds(worst.theirs)}`,
      result: `${(1000 / worst.ours.median).toFixed(1)} MB/s`,
      budget: `${HOSTILE_BUDGET_MS} ms`,
      holds: worst.ours.median <= HOSTILE_BUDGET_MS,
    },
  ];
}

const repeated = (text: string, bytes: number) => text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes);

/** The first of each only warms up. */
function measure(text: string, runs: number) {
  const bytes = Buffer.from(text);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const started = performance.now();
    const same = bytes.toString();
    const between = performance.now();
    redact(same);
    ours.push(performance.now() - between);
    theirs.push(between - started);
  }
  return { ours: spread(ours.slice(1)), theirs: spread(theirs.slice(1)) };
}
