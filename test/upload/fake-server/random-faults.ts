import {
  type Answer,
  busy,
  type Effect,
  type Fault,
  html,
  type Keep,
  type Moment,
  malformedJson,
  redirect,
  seededRandom,
  tooLarge,
} from './faults.ts';

interface Mix {
  /** Servers that never answer need a client with a time-out. Default: true. */
  readonly stalls?: boolean;
  /** Default: true. */
  readonly dies?: boolean;
}

/** One to four faults as servers, proxies and networks have them. The same seed gives the same faults. */
export function randomFaults(seed: number, { stalls = true, dies = true }: Mix = {}): Fault[] {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const one = <Type>(first: Type, ...rest: Type[]): Type => [first, ...rest][below(rest.length + 1)] ?? first;

  const moment = (): Moment =>
    one<Moment>('before-body', 'after-body', 'after-work', { bytes: 1 + below(10_000) });
  const keep = (): Keep => ({
    kind: 'keep',
    how: one<Keep['how']>(
      'nothing',
      'flipped',
      'truncated',
      'no-file',
      'other-size',
      'other-bytes',
      'trashed',
      'wrong-id',
      'unlinked',
    ),
  });
  const status = (): Effect => ({
    kind: 'answer',
    status: one(400, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504),
    body: one('', '{"message":"no"}', 'upstream connect error'),
    when: moment(),
    ...one<Pick<Answer, 'close'>>({}, { close: 'at-once' }),
  });
  const effects: readonly (() => Effect)[] = [
    keep,
    keep,
    status,
    status,
    () => ({ kind: 'reset', when: moment() }),
    () => html(one(200, 201, 502), moment()),
    () => malformedJson(one(200, 201)),
    () => busy(one(429, 503), 0),
    () => redirect(one(301, 302, 307), one('/login', 'http://127.0.0.1:9/')),
    tooLarge,
    // At 100 KB a second a small photo is late, not lost.
    () => ({ kind: 'slow', bytesPerSecond: 100_000 }),
    ...(stalls ? [(): Effect => ({ kind: 'stall', when: moment() })] : []),
    ...(dies ? [(): Effect => ({ kind: 'dies', when: moment() })] : []),
  ];
  return Array.from({ length: 1 + below(4) }, () => {
    const effect = one(keep, ...effects)();
    const often = one<Pick<Fault, 'chance' | 'nth' | 'times'>>(
      { chance: one(0.05, 0.3, 1) },
      { nth: 1 + below(8) },
      { times: 1 + below(3) },
    );
    const place: Pick<Fault, 'method' | 'path'> =
      effect.kind === 'keep' || effect.kind === 'slow'
        ? { method: 'POST', path: '/assets' }
        : one<Pick<Fault, 'method' | 'path'>>(
            { method: 'POST', path: '/assets' },
            { method: 'POST', path: '/assets/bulk-upload-check' },
            { path: /\/original$/ },
            { path: /^\/(server|users|api-keys)\// },
            {},
          );
    // For ever and everywhere: such a server tests nothing but patience.
    return effect.kind === 'stall' ? { ...place, times: 2, effect } : { ...place, ...often, effect };
  });
}
