import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CollectionEvent, FrameReader } from '../../src/collect/frames.ts';
import { defineProbe } from '../../src/model/probe.ts';

const probes = [0, 1, 2].map((n) => defineProbe({ id: `p${n}`, reads: '', script: '', parse: (raw) => raw }));

const frame = (id: string, out: Uint8Array) =>
  Buffer.concat([
    Buffer.from(`\n#hsdoctor nonce result ${id} ran 0 1.00 1.25 ${out.length} 0\n`),
    out,
    Buffer.from(`\n#hsdoctor nonce stop ${id}\n`),
  ]);

test('reads the same frames however the stream is cut into pieces, and whatever stands between them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.uint8Array({ maxLength: 30 }), { minLength: 4, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      (bodies, noise, sizes) => {
        const parts = bodies.flatMap((body, n) => [
          Buffer.from(noise[n] as Uint8Array),
          frame(`p${n}`, body),
        ]);
        const stream = Buffer.concat([...parts, Buffer.from(noise[3] as Uint8Array)]);
        const reader = new FrameReader('nonce', probes);
        const events: CollectionEvent[] = [];
        for (let at = 0, n = 0; at < stream.length; n += 1) {
          const size = sizes[n % sizes.length] as number;
          events.push(...reader.read(stream.subarray(at, at + size)));
          at += size;
        }
        const read = events.flatMap((event) =>
          event.type === 'result' && event.result.outcome === 'ran'
            ? [[event.probe, event.result.stdout, event.result.durationMs]]
            : [],
        );
        expect(read).toEqual(bodies.map((body, n) => [`p${n}`, Buffer.from(body).toString('utf8'), 250]));
      },
    ),
  );
});

test('a stream cut anywhere keeps every frame before the cut', () => {
  const bodies = ['one', 'two', 'three'].map((text) => Buffer.from(text));
  const frames = bodies.map((body, n) => frame(`p${n}`, body));
  const stream = Buffer.concat(frames);
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const whole = frames.filter((_, n) => Buffer.concat(frames.slice(0, n + 1)).length <= cut).length;
    expect([...new FrameReader('nonce', probes).read(stream.subarray(0, cut))]).toHaveLength(whole);
  }
});
