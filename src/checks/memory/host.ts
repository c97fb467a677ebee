import type { Facts } from '../../facts/host/index.ts';
import type { Memory } from '../../facts/host/memory.ts';
import { mebibytes } from '../../text/amount.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { GIBIBYTE } from '../shared/memory.ts';
import * as kinds from './kinds.ts';

const LITTLE = 0.05;
/** Of a large host a small part is much. */
const MUCH_BYTES = 2 * GIBIBYTE;
/** With less than this to spare, what is in the swap is missed. */
const SPARE = 0.2;
const SWAP_FULL = 0.05;
const STALLED_PERCENT = 10;
const MOST_NAMED = 3;

export const host = judgeHost({
  needs: ['memory'],
  forRemedy: ['containers', 'memoryGroups'],
  evaluate({ memory, containers, memoryGroups }) {
    const { available, total, stalled, swapTotal } = memory;
    const largest = largestContainers(containers, memoryGroups);
    const evidence = [
      {
        source: '/proc/meminfo',
        observed: `${mebibytes(available)} of ${mebibytes(total)} available; ${swapText(memory)}`,
      },
      ...(stalled === undefined
        ? []
        : [{ source: '/proc/pressure/memory', observed: `full avg300=${stalled}` }]),
      ...(largest === undefined ? [] : [{ source: '/sys/fs/cgroup', observed: largest }]),
    ];
    const isLittle = available < LITTLE * total && available < MUCH_BYTES;
    const isSwapFull = isFull(memory);
    const findings: FindingDraft[] = [];
    // They are one shortage: the plainest sign of it is told.
    if (isLittle) findings.push(kinds.littleAvailable.finding(memory, { subject: 'memory', evidence }));
    else if (stalled !== undefined && stalled > STALLED_PERCENT)
      findings.push(kinds.waiting.finding({ stalled }, { subject: 'memory', evidence }));
    else if (isSwapFull && available < SPARE * total)
      findings.push(kinds.swapFull.finding(memory, { subject: 'memory', evidence }));
    const notes = [
      ...(isSwapFull ? [`the swap (${mebibytes(swapTotal)}) is full, but enough memory is available`] : []),
      ...(stalled === undefined ? ['the kernel does not measure how long processes wait for memory'] : []),
    ];
    return {
      findings,
      lookedAt: { hostMemories: 1 },
      ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    };
  },
});

const isFull = ({ swapTotal, swapFree }: Memory) => swapTotal > 0 && swapFree < SWAP_FULL * swapTotal;

const swapText = ({ swapTotal, swapFree }: Memory) =>
  swapTotal === 0 ? 'no swap' : `swap: ${mebibytes(swapFree)} of ${mebibytes(swapTotal)} free`;

/** `immich-server 3100 MiB (limit 4096 MiB), plex 1200 MiB (no limit)`: who runs, the largest first. */
function largestContainers(
  containers: Facts['containers'] | undefined,
  groups: Facts['memoryGroups'] | undefined,
): string | undefined {
  const running = (containers ?? []).flatMap(({ id, name, state, memory }) => {
    const held = firstWith(groups, 'containerId', id)?.heldBytes;
    return state === 'running' && held !== undefined ? [{ name, held, memory }] : [];
  });
  if (running.length === 0) return undefined;
  const named = running
    .toSorted((a, b) => b.held - a.held)
    .slice(0, MOST_NAMED)
    .map(
      ({ name, held, memory }) =>
        `${name} ${mebibytes(held)} (${memory > 0 ? `limit ${mebibytes(memory)}` : 'no limit'})`,
    );
  return `largest containers: ${named.join(', ')}`;
}
