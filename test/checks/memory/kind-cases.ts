import { MEMORY } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

/** Of 16 GB so many are available, of a swap of 4 GB so many are free, in thousands of kB; and the pressure. */
export const memoryOf = (
  available: number,
  { free = 3900, stalled = '0.00' }: { readonly free?: number; readonly stalled?: string } = {},
) =>
  MEMORY.replace(/(?<=MemAvailable: +)\d+/, String(available * 1000))
    .replace(/(?<=SwapFree: +)\d+/, String(free * 1000))
    .replace(/(?<=full .*avg300=)[\d.]+/, stalled);

export const cases: KindCases = {
  'little-available': { host: { memory: memoryOf(500) }, near: { memory: memoryOf(900) } },
  waiting: {
    host: { memory: memoryOf(8000, { stalled: '34.20' }) },
    near: { memory: memoryOf(8000, { stalled: '9.80' }) },
  },
  'swap-full': {
    host: { memory: memoryOf(2000, { free: 10 }) },
    near: { memory: memoryOf(6000, { free: 10 }) },
  },
};
