import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Effect, Moment, Strike } from './faults.ts';

/** A fault has answered, or will never: the work on this request ends here. */
export class Struck extends Error {
  override readonly name = 'Struck';
}

/** One request, its faults and its answer. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly effects: readonly Effect[];
  /** More faults, found in the body. @throws Struck */
  suffer(effects: readonly Effect[]): Promise<void>;
  /** @throws Struck when a fault strikes at this moment. */
  reach(moment: 'before-body' | 'after-body' | 'after-work'): Promise<void>;
  /** The body, as its faults let it through. @throws Struck */
  body(): AsyncIterable<Buffer>;
}

interface Circumstances {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly effects: readonly Effect[];
  /** Told of each chunk. */
  onBytes(count: number): void;
  die(): void;
}

export function createExchange({ req, res, effects: first, onBytes, die }: Circumstances): Exchange {
  const effects = [...first];
  const struck = new Set<Strike>();
  let received = 0;

  const strike = async (effect: Strike): Promise<void> => {
    struck.add(effect);
    if (effect.kind === 'stall') {
      if (effect.until === undefined) throw new Struck();
      await effect.until;
      return;
    }
    if (effect.kind === 'reset') req.socket.resetAndDestroy();
    else if (effect.kind === 'dies') die();
    else await answer(req, res, effect);
    throw new Struck();
  };
  const strikeIf = async (due: (moment: Moment) => boolean): Promise<void> => {
    for (const effect of effects)
      if (isStrike(effect) && !struck.has(effect) && due(effect.when ?? 'before-body')) await strike(effect);
  };
  const passed = (moment: Moment) => typeof moment === 'object' && moment.bytes <= received;
  const slowest = () =>
    Math.min(...effects.map((effect) => (effect.kind === 'slow' ? effect.bytesPerSecond : Infinity)));

  return {
    req,
    res,
    effects,
    async suffer(more) {
      effects.push(...more);
      await strikeIf((moment) => moment === 'before-body' || passed(moment));
    },
    async reach(moment) {
      await strikeIf((due) => due === moment);
    },
    async *body() {
      await strikeIf(passed);
      for await (const chunk of chunksOf(req)) {
        for (let at = 0; at < chunk.length; ) {
          const piece = chunk.subarray(at, at + nextStop(effects, struck, received));
          at += piece.length;
          received += piece.length;
          onBytes(piece.length);
          if (slowest() < Infinity) await sleep((piece.length / slowest()) * 1000);
          yield piece;
          await strikeIf(passed);
        }
      }
    },
  };
}

export const expectsContinue = (req: IncomingMessage): boolean =>
  req.headers.expect?.toLowerCase() === '100-continue';

const isStrike = (effect: Effect): effect is Strike => effect.kind !== 'slow' && effect.kind !== 'keep';

/** Bytes until the next effect that waits for a number of them. */
function nextStop(effects: readonly Effect[], struck: ReadonlySet<Strike>, received: number): number {
  const stops = effects.flatMap((effect) =>
    isStrike(effect) && !struck.has(effect) && typeof effect.when === 'object'
      ? [effect.when.bytes - received]
      : [],
  );
  return Math.min(...stops.filter((bytes) => bytes > 0), Infinity);
}

/** The body without the end of the connection when it is not read to its end. */
async function* chunksOf(req: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const chunk of req.iterator({ destroyOnReturn: false })) yield chunk;
}

async function answer(req: IncomingMessage, res: ServerResponse, effect: Answer): Promise<void> {
  const { status, body = '', headers = {}, close } = effect;
  res.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(body),
    ...(close === undefined ? {} : { connection: 'close' }),
  });
  if (close !== 'lingering') {
    res.end(body);
    req.resume();
    return;
  }
  // Node closes when the answer ends; the client may then see its own failed write, and never the answer.
  res.write(body);
  res.flushHeaders();
  if (!req.complete && !expectsContinue(req)) {
    req.resume();
    await Promise.race([once(req, 'end'), once(req, 'close')]).catch(() => undefined);
  }
  res.end();
}
