import { mebibytes } from '../../text/amount.ts';
import { defineKind } from '../define.ts';
import { lessOnHost } from '../shared/host-memory.ts';

interface Available {
  readonly available: number;
  readonly total: number;
}

const percent = ({ available, total }: Available) => Math.floor((100 * available) / total);

export const littleAvailable = defineKind<Available>({
  id: 'little-available',
  name: 'The host has little memory available',
  meaning: 'If a program needs more memory, the kernel kills a process, which may belong to any service.',
  status: 'warn',
  title: (about) =>
    `The host is short of memory: ${mebibytes(about.available)} of ${mebibytes(about.total)} is available (${percent(about)} %)`,
  remedy: () => ({ lasting: lessOnHost() }),
});

export const waiting = defineKind<{ readonly stalled: number }>({
  id: 'waiting',
  name: 'Processes wait for memory',
  meaning: 'While processes wait for memory, services answer slowly or not at all.',
  status: 'warn',
  title: ({ stalled }) => `The host is short of memory: processes waited ${stalled} % of the last 5 min`,
  remedy: () => ({ lasting: lessOnHost() }),
});

export const swapFull = defineKind<Available & { readonly swapTotal: number }>({
  id: 'swap-full',
  name: 'The swap is full, and the host has little memory available',
  meaning: 'Nothing more can be swapped out. If a program needs more memory, the kernel kills a process.',
  status: 'warn',
  title: (about) =>
    `The swap (${mebibytes(about.swapTotal)}) is full, and only ${percent(about)} % of the memory is available`,
  remedy: () => ({ lasting: lessOnHost() }),
});
