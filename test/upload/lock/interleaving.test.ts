/** @module-tag upload */
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { acquireLock, type Lock } from '../../../src/upload/lock/lock.ts';
import { identify } from '../../../src/upload/lock/process.ts';
import { LockPlace } from './support.ts';

/*
 * Every step of an acquisition is a call of node:fs/promises. Each waits here until it is let through, so that several
 * acquisitions proceed in any order that a property asks for, on real files, for real processes that really get killed.
 */
interface Turn {
  readonly goOn: () => void;
}
class Actor {
  readonly process: Awaited<ReturnType<LockPlace['idle']>>;
  state: 'trying' | 'holding' | 'refused' | 'dead' = 'trying';
  lock: Lock | undefined;
  reason = '';
  #waiting: Turn | undefined;
  #tell: (() => void) | undefined;

  constructor(process: Actor['process']) {
    this.process = process;
  }

  /** Before a step: waits for its turn. */
  step(): Promise<void> {
    return new Promise((goOn) => {
      this.#waiting = { goOn };
      this.#tell?.();
    });
  }

  /** Ends when it waits for its next turn, or needs none any more. */
  async settled(begin: () => void): Promise<void> {
    const told = new Promise<void>((tell) => {
      this.#tell = tell;
    });
    begin();
    await told;
  }

  start(attempt: () => Promise<void>): Promise<void> {
    return this.settled(() => void attempt().then(() => this.#tell?.()));
  }

  turn(): Promise<void> {
    const turn = this.#waiting;
    this.#waiting = undefined;
    return this.settled(() => turn?.goOn());
  }
}

const current = new AsyncLocalStorage<Actor>();
const flags = vi.hoisted(() => ({ withoutLinks: false }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const gated =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await current.getStore()?.step();
      return call(...args);
    };
  return {
    ...real,
    link: gated(async (from: string, to: string) => {
      if (flags.withoutLinks)
        throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' });
      return real.link(from, to);
    }),
    lstat: gated(real.lstat),
    open: gated(real.open),
    readFile: gated(real.readFile),
    realpath: gated(real.realpath),
    rename: gated(real.rename),
    rm: gated(real.rm),
    writeFile: gated(real.writeFile),
  };
});

const place = new LockPlace();
const takeover = `${place.path}.takeover`;
let gone: { pid: number; procStart: string };
beforeAll(async () => {
  gone = { pid: await place.gonePid(), procStart: '' };
});
afterAll(() => place.remove());

const begins: Record<string, () => unknown> = {
  'no lock': () => undefined,
  'a stale lock': () => place.plant(gone),
  'a stale lock and a stale takeover': () => [place.plant(gone), place.plant(gone, { path: takeover })],
  'a stale takeover': () => place.plant(gone, { path: takeover }),
};

interface Move {
  readonly actor: number;
  readonly does: 'step' | 'leave' | 'die';
}
const move: fc.Arbitrary<Move> = fc.record({
  actor: fc.nat(2),
  does: fc.oneof(
    { weight: 30, arbitrary: fc.constant('step' as const) },
    { weight: 2, arbitrary: fc.constant('leave' as const) },
    { weight: 1, arbitrary: fc.constant('die' as const) },
  ),
});

async function make(actor: Actor, does: Move['does']): Promise<void> {
  if (does === 'die' && actor.state !== 'dead') {
    await place.end(actor.process);
    actor.state = 'dead';
  } else if (actor.state === 'trying') {
    await actor.turn();
  } else if (actor.state === 'holding' && does === 'leave') {
    actor.lock?.release();
    actor.state = 'refused';
  }
}

async function run(begin: () => unknown, moves: readonly Move[]): Promise<void> {
  place.clear();
  begin();
  const actors = await Promise.all([0, 1, 2].map(async () => new Actor(await place.idle())));
  const check = () => {
    for (const { reason } of actors.filter((each) => each.reason !== '' && !flags.withoutLinks))
      expect(reason).toMatch(/^another upload of/);
    const holding = actors.filter(({ state }) => state === 'holding');
    expect(holding.length).toBeLessThan(2);
    if (holding.length === 1) expect(place.text()).toContain(`pid=${holding[0]?.process.pid}\n`);
  };
  for (const actor of actors) {
    const { start } = await identify(actor.process.pid);
    await actor.start(() =>
      current.run(actor, async () => {
        const owner = { pid: actor.process.pid, start };
        const taken = await acquireLock(place.folder, { ...place.options, owner });
        actor.state = 'held' in taken ? 'holding' : 'refused';
        actor.lock = 'held' in taken ? taken.held : undefined;
        if ('busy' in taken) actor.reason = taken.busy;
      }),
    );
  }
  for (const { actor, does } of moves) {
    const one = actors[actor];
    if (one !== undefined) await make(one, does);
    check();
  }
  for (const actor of actors) {
    while (actor.state === 'trying') {
      await make(actor, 'step');
      check();
    }
  }
  // Whoever comes afterwards is refused only for one that holds it.
  const next = await acquireLock(place.folder, place.options);
  const holder = actors.find(({ state }) => state === 'holding');
  if (!flags.withoutLinks) expect('busy' in next).toBe(holder !== undefined);
  if ('held' in next) next.held.release();
  holder?.lock?.release();
  if (!flags.withoutLinks) expect(existsSync(place.path)).toBe(false);
  await Promise.all(actors.map((actor) => place.end(actor.process)));
}

test.each([
  ['', false],
  [' on a file system without hard links', true],
])(
  'in whatever order three proceed, and whoever is killed, at most one holds it%s',
  async (_, withoutLinks) => {
    flags.withoutLinks = withoutLinks;
    const names = fc.constantFrom(...Object.keys(begins));
    await fc.assert(
      fc.asyncProperty(names, fc.array(move, { maxLength: 120, size: 'max' }), (name, moves) =>
        run(begins[name] ?? (() => undefined), moves),
      ),
      { numRuns: 150 },
    );
  },
);
