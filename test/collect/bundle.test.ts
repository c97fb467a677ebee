import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar, type TarEntry } from 'modern-tar';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleTarget, writeBundle } from '../../src/collect/bundle.ts';
import { BUNDLE_LIMIT } from '../../src/collect/bundle-format.ts';
import { localTarget } from '../../src/collect/local.ts';
import type { Collection, Target } from '../../src/collect/target.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { collectRedacted, runChecks, timeWindow } from '../../src/engine/check.ts';
import { probes } from '../../src/facts/host/index.ts';
import type { RawResult } from '../../src/model/probe.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';
import { UsageError } from '../../src/text/usage-error.ts';

const sick = join(import.meta.dirname, '..', '..', 'demo', 'sick-server');
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
const fresh = (ending = '') => {
  count += 1;
  return join(folder, `${count}${ending}`);
};

const ENDINGS = ['', '.tar.gz', '.tgz'];
const options = { ...DEFAULTS, ...timeWindow(undefined), version: '0' };

/** The report of one target without what a second look at the same collection may change. */
async function judged(target: Target): Promise<unknown> {
  const { targets, summary } = await runChecks([target], checks, { ...options, sudo: true });
  const { kind: _, ...report } = targets[0] ?? { kind: '' };
  return { report, summary };
}

async function expectSameVerdict(collection: Collection): Promise<void> {
  // A check that throws is `unknown`, but whatever comes back should not make one throw.
  const live = await judged({ name: 'host', kind: 'ssh', collect: async () => collection });
  expect(JSON.stringify(live)).not.toContain('a fault of hsdoctor');
  for (const ending of ENDINGS) {
    const path = fresh(ending);
    await writeBundle(path, 'host', collection);
    expect(await judged(await bundleTarget(path))).toEqual(live);
    rmSync(path, { recursive: true });
  }
}

const redacted = (target: Target, sinceMs?: number) =>
  collectRedacted(target, { ...options, ...timeWindow(sinceMs) });

const recorded = (await (await bundleTarget(sick)).collect([], options)).results;

const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          'password=hunter2 token="abc"',
          'tskey-auth-x https://u:p@h/',
          '\n',
          '\u001b[31m',
          '\ufeff',
        )
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts).toString('utf8'));

const resultOf = (id: string): fc.Arbitrary<RawResult | undefined> => {
  const real = recorded.get(id);
  const durationMs = fc.double({ min: 0, max: 1e6, noNaN: true });
  const [out, err] = real?.outcome === 'ran' ? [real.stdout, real.stderr] : ['', ''];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(real) },
    fc.constant(undefined),
    fc.record({
      outcome: fc.constant('ran' as const),
      exitCode: fc.integer({ min: 0, max: 255 }),
      stdout: fc.oneof(
        bytes,
        fc.nat(out.length).map((end) => out.slice(0, end)),
      ),
      stderr: fc.oneof(bytes, fc.constant(err)),
      capped: fc.boolean(),
      durationMs,
    }),
    fc.record({
      outcome: fc.constantFrom(
        'not-installed',
        'denied',
        'timeout',
        'failed',
        'unparsable',
        'not-applicable',
      ),
      reason: fc.string({ unit: 'binary' }),
      durationMs,
    }),
  );
};

test('a bundle is judged as the collection that was saved, whatever came back', {
  tags: 'hosts',
}, async () => {
  const results = fc.record(Object.fromEntries(Object.values(probes).map(({ id }) => [id, resultOf(id)])));
  await fc.assert(
    fc.asyncProperty(
      results,
      fc.option(fc.integer({ min: 1000, max: 1e12 }), { nil: undefined }),
      async (given, sinceMs) => {
        const found = Object.entries(given).flatMap(([id, raw]) =>
          raw === undefined ? [] : [[id, raw] as const],
        );
        // Without it, it is no whole bundle.
        fc.pre(given.system !== undefined);
        const target: Target = {
          name: 'host',
          kind: 'ssh',
          collect: async () => ({ durationMs: 1.5, results: new Map(found) }),
        };
        await expectSameVerdict(await redacted(target, sinceMs));
      },
    ),
    { numRuns: 40 },
  );
});

test('a bundle of this machine is judged as this machine', async () => {
  await expectSameVerdict(await redacted(localTarget));
});

const HOUR_MS = 3_600_000;

describe('a time that reaches further back than a bundle', () => {
  const resultsOf = async (held: number | undefined, asked: number | undefined, of = sick) => {
    const path = fresh('.tar.gz');
    const collection = await redacted(await bundleTarget(of));
    await writeBundle(path, 'host', held === undefined ? collection : { ...collection, sinceMs: held });
    const { targets } = await runChecks([await bundleTarget(path)], checks, {
      ...options,
      ...timeWindow(asked),
    });
    expect(targets[0]?.error).toBeUndefined();
    return new Map(targets[0]?.results.map((result) => [result.check, result]));
  };
  const readsJournal = ({ host }: (typeof checks)[number]) =>
    [...(host?.needs ?? []), ...(host?.wants ?? [])].some((name) =>
      probes[name].script.includes('$journal_window'),
    );

  test.each([
    [HOUR_MS, 2 * HOUR_MS, 'of the last 1h', '2h'],
    [undefined, 30 * 24 * HOUR_MS, 'since boot', '30d'],
  ])('makes unknown what needs its journal, and nothing else (%s, %s)', async (held, asked, has, wanted) => {
    const plain = await resultsOf(held, undefined);
    const wide = await resultsOf(held, asked);
    for (const check of checks.filter(({ host, id }) => host !== undefined && id !== 'visibility')) {
      const [before, after] = [plain, wide].map((results) => results.get(check.id));
      expect(after?.findings.length, check.id).toBeGreaterThanOrEqual(before?.findings.length ?? 0);
      if (!readsJournal(check)) expect(after, check.id).toEqual(before);
      else if (before?.status !== 'skipped') {
        expect(after?.status, check.id).not.toBe('ok');
        expect(after?.reason, check.id).toContain(
          `the bundle only has the journal ${has}, and --since asks for ${wanted}: leave out --since, or collect again with it`,
        );
      }
    }
    expect([...wide.values()].map(({ status }) => status)).toContain('fail');
    expect([...wide.values()].map(({ status }) => status)).toContain('ok');
  });

  test.each([
    [undefined, 1000],
    [2 * HOUR_MS, HOUR_MS],
    [HOUR_MS, HOUR_MS],
    [HOUR_MS, undefined],
  ])('is no narrower one, and no equal one (%s, %s)', async (held, asked) => {
    const results = await resultsOf(held, asked);
    expect(JSON.stringify([...results])).not.toContain('--since asks');
    expect([...results.values()].map(({ status }) => status)).toContain('fail');
  });
});

const archive = async (edit: (entries: TarEntry[]) => TarEntry[], ending = '.tar.gz') => {
  const entries = [...(await filesOf(sick))].map(([name, body]) => entry(name, body));
  const path = fresh(ending);
  writeFileSync(path, gzipSync(await packTar(edit(entries))));
  return path;
};
const entry = (name: string, body: Buffer | string = '', more: object = {}): TarEntry => ({
  header: { name, size: Buffer.byteLength(body), type: 'file', ...more },
  body,
});
const filesOf = async (from: string) =>
  new Map(
    readdirSync(from, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(from, name)).isFile())
      .map((name) => [name, readFileSync(join(from, name))] as const),
  );

test.each([
  ['at its root', (entries: TarEntry[]) => entries],
  [
    'below ./',
    (entries) => entries.map((e) => ({ ...e, header: { ...e.header, name: `./${e.header.name}` } })),
  ],
  [
    'in a folder',
    (entries) => entries.map((e) => ({ ...e, header: { ...e.header, name: `x/${e.header.name}` } })),
  ],
  [
    'beside files of others',
    (entries) => [entry('._hsdoctor-bundle.json', 'x'), entry('notes/a.txt', 'x'), ...entries],
  ],
] as [string, (entries: TarEntry[]) => TarEntry[]][])(
  'an archive with the bundle %s is read',
  async (_, edit) => {
    expect(await judged(await bundleTarget(await archive(edit)))).toEqual(
      await judged(await bundleTarget(sick)),
    );
  },
);

const installed = (program: string) =>
  (process.env.PATH ?? '').split(':').some((path) => existsSync(join(path, program)));

test.each(
  [
    ['tar', '--create', '--gzip', '--file'],
    ['busybox', 'tar', '-c', '-z', '-f'],
  ].filter(([program = '']) => installed(program)),
)('an archive that %s made of the folder is read', async (program = '', ...args) => {
  const path = fresh('.tar.gz');
  execFileSync(program, [...args, path, '-C', join(sick, '..'), 'sick-server']);
  expect(await judged(await bundleTarget(path))).toEqual(await judged(await bundleTarget(sick)));
});

test('tar unpacks an archive into a folder that is a bundle', async () => {
  const path = fresh('.tar.gz');
  await writeBundle(path, 'minipc', await (await bundleTarget(sick)).collect([], options));
  const unpacked = fresh();
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', path, '-C', unpacked]);
  expect(readdirSync(unpacked)).toEqual(['hsdoctor-bundle']);
  expect(await judged(await bundleTarget(join(unpacked, 'hsdoctor-bundle')))).toEqual(
    await judged(await bundleTarget(sick)),
  );
});

const added = (...more: TarEntry[]) => archive((entries) => [...entries, ...more]);
const manifest = readFileSync(join(sick, 'hsdoctor-bundle.json'), 'utf8');
const withManifest = (edit: (text: string) => string) =>
  archive((entries) => [
    ...entries.filter(({ header }) => header.name !== 'hsdoctor-bundle.json'),
    entry('hsdoctor-bundle.json', edit(manifest)),
  ]);
const written = (content: Buffer | string, ending = '.tar.gz') => {
  const path = fresh(ending);
  writeFileSync(path, content);
  return path;
};
const copied = (edit: (path: string) => void) => {
  const path = fresh();
  cpSync(sick, path, { recursive: true });
  edit(path);
  return path;
};

test.each<[string, () => string | Promise<string>, RegExp]>([
  ['nothing', () => fresh(), /does not exist[;:] /],
  [
    'an empty folder',
    () =>
      copied((path) => {
        rmSync(path, { recursive: true });
        mkdirSync(path);
      }),
    /is not a bundle of hsdoctor: it has no/,
  ],
  ['an empty archive', () => written(''), /is empty/],
  ['a device', () => '/dev/zero', /is not a regular file/],
  ['another file', () => written('hello'), /this file is not gzip/],
  ['a gzip of no archive', () => written(gzipSync('hello')), /is not a tar archive/],
  ["another program's archive", () => archive(() => [entry('a.txt', 'x')]), /it has no hsdoctor-bundle.json/],
  ['a bomb', () => written(gzipSync(Buffer.alloc(BUNDLE_LIMIT + 1))), /holds more than 128 MiB/],
  ['an absolute name', () => added(entry('/etc/x', 'x')), /\/etc\/x leads out of the bundle/],
  ['a name with ..', () => added(entry('units/../../x', 'x')), /leads out of the bundle/],
  [
    'a link',
    () => added(entry('units/more', '', { type: 'symlink', linkname: '/etc/shadow' })),
    /units\/more is a symlink/,
  ],
  [
    'a hard link',
    () => added(entry('units/more', '', { type: 'link', linkname: '/etc/shadow' })),
    /units\/more is a link/,
  ],
  [
    'an archive with a device',
    () => added(entry('units/more', '', { type: 'character-device' })),
    /is a character-device/,
  ],
  ['a file twice', () => added(entry('units/stdout', 'x')), /units\/stdout occurs twice/],
  ['two bundles', () => added(entry('b/hsdoctor-bundle.json', manifest)), /more than one bundle/],
  ['a manifest that is not JSON', () => withManifest((text) => text.slice(0, 99)), /is not JSON/],
  ["another program's manifest", () => withManifest(() => '{"format":"x"}'), /belongs to another program/],
  [
    'a newer version',
    () => withManifest((text) => text.replace('"version": 1', '"version": 2')),
    /has version 2, and this hsdoctor reads version 1/,
  ],
  [
    'an outcome that there is not',
    () => withManifest((text) => text.replace('"ran"', '"fine"')),
    /has no valid results\.[a-z-]+\.outcome/,
  ],
  [
    'a size that is not so',
    () => withManifest((text) => text.replace(/("tailscale": \{[^}]*"stdoutBytes": )\d+/, '$1123456')),
    /is incomplete: tailscale\/stdout has \d+ bytes of 123456/,
  ],
  [
    'a name that leads out of the manifest',
    () => withManifest((text) => text.replace('"tailscale"', '"../tailscale"')),
    /has no valid results/,
  ],
  [
    'an archive without one file',
    () => archive((entries) => entries.filter(({ header }) => header.name !== 'units/stderr')),
    /units\/stderr is missing/,
  ],
  [
    'a folder without one file',
    () => copied((path) => rmSync(join(path, 'units', 'stderr'))),
    /units\/stderr is missing/,
  ],
  [
    'a folder with a shorter file',
    () => copied((path) => truncateSync(join(path, 'units', 'stdout'), 100)),
    /units\/stdout has 100 bytes of \d+/,
  ],
  [
    'a folder with a longer file',
    () => copied((path) => writeFileSync(join(path, 'units', 'stderr'), 'x')),
    /was changed after it was collected: units\/stderr has 1 bytes, not 0/,
  ],
  [
    'a folder with a link for a file',
    () =>
      copied((path) => {
        rmSync(join(path, 'units', 'stdout'));
        symlinkSync(join(sick, 'units', 'stdout'), join(path, 'units', 'stdout'));
      }),
    /units\/stdout is missing/,
  ],
  [
    'a folder with a pipe for an empty file',
    () =>
      copied((path) => {
        rmSync(join(path, 'units', 'stderr'));
        execFileSync('mkfifo', [join(path, 'units', 'stderr')]);
      }),
    /units\/stderr is missing/,
  ],
  [
    'a folder with a link for a folder',
    () =>
      copied((path) => {
        rmSync(join(path, 'units'), { recursive: true });
        symlinkSync(join(sick, 'units'), join(path, 'units'));
      }),
    /units\/stdout is missing/,
  ],
])('%s is refused with the reason', async (_, make, reason) => {
  const error = await bundleTarget(await make()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toMatch(reason);
  expect((error as Error).message).not.toContain('\n');
});

test('an archive cut short anywhere is refused', async () => {
  const whole = readFileSync(await archive((entries) => entries));
  const path = fresh('.tar.gz');
  for (let length = 0; length < whole.length; length += 97) {
    writeFileSync(path, whole.subarray(0, length));
    await expect(bundleTarget(path)).rejects.toThrow(UsageError);
  }
});

test('an archive with damaged bytes within is read or refused as bad input, and never our fault', async () => {
  const whole = gunzipSync(readFileSync(await archive((entries) => entries)));
  const path = fresh('.tar.gz');
  const damages = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(damages, async (damage) => {
      const damaged = Buffer.from(whole);
      for (const [at, byte] of damage) damaged[at] = byte;
      writeFileSync(path, gzipSync(damaged, { level: 1 }));
      const read = await bundleTarget(path).catch((error: unknown) => error);
      if (read instanceof Error) expect(read).toBeInstanceOf(UsageError);
    }),
    { numRuns: 100 },
  );
});

test.each(ENDINGS)('a bundle may be overwritten, and is then the new one (%s)', async (ending) => {
  const path = fresh(ending);
  const collection = await (await bundleTarget(sick)).collect([], options);
  await writeBundle(path, 'old', collection);
  const results = new Map([...collection.results].filter(([id]) => id !== 'units'));
  await writeBundle(path, 'new', { ...collection, results });
  const target = await bundleTarget(path);
  expect([target.name, (await target.collect([], options)).results.size]).toEqual(['new', results.size]);
  expect(statSync(path).mode & 0o077).toBe(0);
  if (ending === '') expect(existsSync(join(path, 'units'))).toBe(false);
});

test.each<[string, string, (path: string) => void, RegExp]>([
  [
    'a folder with something else',
    '',
    (path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'photo.jpg'), 'x');
    },
    /exists and is not a bundle: name a path that does not exist/,
  ],
  [
    'a bundle with something else',
    '',
    (path) => {
      cpSync(sick, path, { recursive: true });
      writeFileSync(join(path, 'units', 'notes'), 'x');
    },
    /holds units\/notes/,
  ],
  [
    'a bundle with a file that is named like a source',
    '',
    (path) => {
      cpSync(sick, path, { recursive: true });
      writeFileSync(join(path, 'photos'), 'x');
    },
    /holds photos/,
  ],
  [
    'a bundle with a folder that is named like a source',
    '',
    (path) => {
      cpSync(sick, path, { recursive: true });
      mkdirSync(join(path, 'photos'));
    },
    /holds photos/,
  ],
  [
    'the half of a bundle',
    '',
    (path) => {
      cpSync(sick, path, { recursive: true });
      rmSync(join(path, 'units', 'stdout'));
    },
    /is an incomplete bundle/,
  ],
  ['a file for a folder', '', (path) => writeFileSync(path, 'x'), /is a file/],
  ['a folder for an archive', '.tar.gz', (path) => mkdirSync(path), /is a folder/],
  [
    "another program's archive",
    '.tar.gz',
    (path) => writeFileSync(path, gzipSync('x')),
    /exists and is not a complete bundle/,
  ],
  ['a name that looks like another archive', '.zip', () => {}, /end the name in \.tar\.gz/],
  [
    'a file in its path',
    '/x',
    (path) => writeFileSync(path.slice(0, -2), 'x'),
    /cannot be written: not a directory/,
  ],
])('%s is not overwritten', async (_, ending, make, reason) => {
  const path = fresh(ending);
  make(path);
  const before =
    existsSync(path) && statSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : [];
  const error = await writeBundle(path, 'host', { durationMs: 1, results: new Map() }).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toMatch(reason);
  if (before.length > 0) expect(readdirSync(path, { recursive: true })).toEqual(before);
});

test('what a writing that failed leaves behind is no bundle', async () => {
  const ran = { outcome: 'ran', exitCode: 0, stdout: 'x', stderr: '', capped: false, durationMs: 1 } as const;
  const results = new Map([
    ['units', ran],
    ['x'.repeat(300), ran],
  ]);
  const path = fresh();
  await expect(writeBundle(path, 'host', { durationMs: 1, results })).rejects.toThrow(/cannot be written/);
  expect(existsSync(join(path, 'units', 'stdout'))).toBe(true);
  await expect(bundleTarget(path)).rejects.toThrow(/is not a bundle of hsdoctor/);
});
