import { MINUTE, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';
import { lock, owner } from '../sick-macs.ts';

const HOUR = 60 * MINUTE;
const held = owner(true, NOW - 3 * HOUR);

export const cases: KindCases = {
  hangs: { mac: lock(held), near: lock(owner(true, NOW - 10 * MINUTE)) },
  broken: { mac: lock({}), near: lock({ madeAt: NOW - MINUTE / 2 }) },
  'owner-gone': { mac: lock({ pid: 4711 }), near: lock(held) },
  'number-reused': {
    mac: lock(owner(false, NOW - HOUR)),
    near: lock(owner(false, NOW - 4 * HOUR)),
  },
};
