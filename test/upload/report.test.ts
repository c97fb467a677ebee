import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { UPLOAD_OUTCOMES, uploadReportSchema } from '../../src/model/upload-report.ts';
import { human } from '../../src/report/upload/human.ts';
import { json } from '../../src/report/upload/json.ts';
import { notification } from '../../src/report/upload/notification.ts';
import { UploadTally } from '../../src/report/upload/tally.ts';
import { fileOf, REPORTS, reportOf } from './reports.ts';

const style = { color: false, width: 100, watched: false };

test.each(Object.entries(REPORTS))('%s is told', async (name, report) => {
  await expect(human(report, style)).toMatchFileSnapshot(
    `../golden/upload/${name}.exit-${report.exitStatus}.txt`,
  );
});

test('a run that did not start says why, and blames nothing else', () => {
  for (const message of [
    'cannot connect to http://minipc:2283: connection refused (ECONNREFUSED)',
    'the key was refused',
    'this program cannot be started: /usr/bin/immich',
  ]) {
    const text = human(reportOf([], { ending: 'refused', message, exitStatus: 3 }), style);
    expect(text).toBe(`✖ ${message}\n\nExit status 3: the upload did not start, for the reason above.\n`);
  }
});

test('nothing to do is said only to somebody who looks on', () => {
  const nothing = reportOf([], { notes: ['a note'] });
  expect(human(nothing, style)).toBe('');
  expect(human(nothing, { ...style, watched: true })).toMatch(/^Nothing to do: [^\n]+\n$/);
});

/** A report in which every text that comes from outside is this one. */
const sayingEverywhere = (text: string, outcome: (typeof UPLOAD_OUTCOMES)[number]) =>
  reportOf([fileOf(text, outcome, { reason: text })], {
    ending: 'server-lost',
    message: text,
    notes: [text],
    folder: text,
    server: { url: text, version: text },
    exitStatus: 3,
  });

test('no name and no sentence steers the terminal, or makes a line of its own', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constant('x\n✔ all proven\r\u2028Exit status 0: x')),
      fc.constantFrom(...UPLOAD_OUTCOMES),
      (text, outcome) => {
        const report = sayingEverywhere(text, outcome);
        const printed = human(report, { ...style, width: 10_000 });
        expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202a-\u202e]/u);
        expect(printed).not.toMatch(/^(?:✔ all proven|Exit status 0)/m);
      },
    ),
  );
});

test('no name and no sentence is a command of a runner, however wide the terminal is', () => {
  const piece = fc.constantFrom(
    '::error::x',
    '##[error]x',
    '##vso[task.complete]',
    '\n',
    '\u2028',
    ' ',
    'word',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
      fc.constantFrom(...UPLOAD_OUTCOMES),
      fc.integer({ min: 1, max: 120 }),
      (text, outcome, width) => {
        const report = sayingEverywhere(text, outcome);
        const lines = human(report, { ...style, width }).split('\n');
        expect(lines.filter((line) => /^\s*::|##(?:\[|vso)/.test(line))).toEqual([]);
      },
    ),
  );
});

test('a file is told once, and none of the unproven is left out but by number', () => {
  const outcomes = fc.array(fc.constantFrom(...UPLOAD_OUTCOMES), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(outcomes, (list) => {
      const report = reportOf(list.map((outcome, index) => fileOf(`name-${index}-`, outcome)));
      const printed = human(report, style);
      const named = printed.match(/name-\d+-/g) ?? [];
      const more = [...printed.matchAll(/and (\d+) more/g)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
      expect(new Set(named).size).toBe(named.length);
      expect(named.length + more).toBe(report.summary.notProven);
    }),
  );
});

test('another run is not the next step where the cause that ended the run is still there', () => {
  const files = [fileOf('a.jpg', 'unproven', { reason: 'it was sent' }), fileOf('b.jpg', 'not-reached')];
  const fixes = (ending: 'server-lost' | 'timed-out') =>
    human(reportOf(files, { ending, message: 'the server refuses the API key' }), { ...style, width: 1000 })
      .split('\n')
      .filter((line) => line.includes('Fix:'));
  const cause = expect.stringMatching(/Fix: Remove the cause .* then run it again/);
  expect(fixes('server-lost')).toEqual([cause, cause]);
  const again = expect.stringMatching(/Fix: Run it again/);
  expect(fixes('timed-out')).toEqual([again, again]);
});

test('no secret of a sentence, or of the URL, is printed', () => {
  const text = 'the server said: IMMICH_API_KEY=canary-key';
  const report = reportOf([fileOf('a.jpg', 'failed', { reason: text })], {
    message: text,
    notes: [text],
    ending: 'refused',
    server: { url: 'http://me:canary@minipc:2283', version: '3' },
  });
  const told = notification(report);
  for (const printed of [human(report, style), json(report), JSON.stringify(told)])
    expect(printed).not.toContain('canary');
  expect(uploadReportSchema.parse(JSON.parse(json(report))).files).toHaveLength(1);
});

test('the committed JSON Schema is the one of the types', () => {
  const path = join(import.meta.dirname, '../../docs/upload-report.schema.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(z.toJSONSchema(uploadReportSchema))),
  );
});

test.each([
  ['success', -1],
  ['partial', 0],
  ['timed-out', 0],
  ['server-lost', 0],
  ['no-server', 1],
  ['unsettled', 1],
  ['rehearsal', undefined],
  ['locked', undefined],
  ['interrupted', undefined],
])('the notification of %s has the priority %s', (name, priority) => {
  const report = REPORTS[name] ?? reportOf([]);
  expect(notification(report)?.priority).toBe(priority);
});

test('nothing is told of a run that changed nothing', () => {
  expect(notification(reportOf([]))).toBeUndefined();
  expect(notification(reportOf([fileOf('a.jpg', 'present')]))).toBeUndefined();
  expect(notification(reportOf([fileOf('a.jpg', 'present', { local: 'deleted' })]))?.priority).toBe(-1);
});

test('a notification says what happened, in words', () => {
  expect(Object.values(REPORTS).flatMap((report) => notification(report) ?? [])).toMatchInlineSnapshot(`
    [
      {
        "message": "10 sent (25.0 MB), 12 deleted here (27.5 MB freed).",
        "priority": -1,
        "title": "Immich: 12 files safe",
      },
      {
        "message": "35 not verified, and not deleted: failed: a proxy in front of Immich does not accept a file this large (413): raise its limit on the server (nginx: client_max_body_size, 1 MB by default; Cloudflare: 100 MB, fixed), or upload without the proxy (IMG_1000.HEIC and 24 more). failed: permission denied: the user of this run cannot read or change it: change its owner or mode, or those of its folder (gone.jpg). folder could not be read: permission denied: the user of this run cannot list it: change the owner or mode of this folder (private). only in the server's trash (a⏎✔ all proven.jpg). could not be verified to be on the server: the server has only 1000 of its 2500000 bytes (half.mov). could not be verified to be on the server: its photo was already on the server, and Immich takes a sidecar only with a new photo (late.xmp). could not be verified to be on the server: its photo is not verified (other.xmp). on the server, but a later step failed: it is not in the album "Rome": the API key lacks the permission album.create: add it in Immich, Account Settings > API Keys (album.jpg). did not stop changing (growing.mov). changed while being read or sent (edited.jpg). disappeared during the run (taken.jpg). empty, not sent (nothing.jpg).",
        "priority": 0,
        "title": "Immich: 4 of 39 uploaded",
      },
      {
        "message": "2 sent (5.0 MB), 1 verified only by checksum.",
        "priority": -1,
        "title": "Immich: 3 files on the server",
      },
      {
        "message": "2 not verified, and not deleted: known to the server, but not as an intact original: the server has a record of it, but its original file is missing on the server (lost.jpg). on the server, but not verified to be safe there: the server has a record of it that the API key cannot see: it may be in the locked folder (locked.jpg).",
        "priority": 0,
        "title": "Immich: 2 of 4 uploaded",
      },
      {
        "message": "30 not verified, and not deleted: the time limit of 30m was reached. not reached before the run ended (IMG_1000.HEIC and 29 more).",
        "priority": 0,
        "title": "Immich: 2 of 32 uploaded",
      },
      {
        "message": "cannot connect to http://minipc:2283: connection refused (ECONNREFUSED): check that Immich is running (hsdoctor check --host SERVER), and the port in the URL. Nothing was deleted.",
        "priority": 1,
        "title": "Immich: the upload failed",
      },
      {
        "message": "2 not verified, and not deleted: http://minipc:2283 does not answer any more. not reached before the run ended (IMG_1000.HEIC and 1 more).",
        "priority": 0,
        "title": "Immich: 1 of 3 uploaded",
      },
      {
        "message": "did not stop changing (IMG_1000.HEIC and 1 more). Nothing was deleted.",
        "priority": 1,
        "title": "Immich: the upload failed",
      },
    ]
  `);
});

test('the progress tells files, bytes, throughput and what is left', () => {
  const tally = new UploadTally();
  expect(tally.line(0)).toBe('Connecting to the server');
  tally.found(4, 40_000_000);
  tally.phase('settling');
  expect(tally.line(500)).toBe('Waiting for files to stop changing · 4 found');
  tally.phase('uploading');
  expect(tally.line(1000)).toBe('Uploading: 0 of 4 files · 0 B of 40.0 MB');
  tally.sent(10_000_000);
  tally.done(fileOf('a', 'uploaded', { bytes: 10_000_000 }));
  expect(tally.line(2000)).toBe('Uploading: 1 of 4 files · 10.0 MB of 40.0 MB · 10.0 MB/s · about 3 s left');
  tally.done(fileOf('b', 'present', { bytes: 10_000_000 }));
  tally.done(fileOf('c', 'failed', { bytes: 10_000_000 }));
  expect(tally.line(3000)).toBe(
    'Uploading: 3 of 4 files · 30.0 MB of 40.0 MB · 5.0 MB/s · about 1 s left · 1 not verified',
  );
});

test('whatever happens, the progress never tells of more than there is', () => {
  const event = fc.oneof(
    fc.record({ sent: fc.nat(10_000) }),
    fc.record({ bytes: fc.nat(10_000), outcome: fc.constantFrom(...UPLOAD_OUTCOMES) }),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const tally = new UploadTally();
      tally.phase('uploading');
      let now = 0;
      for (const each of events) {
        if ('sent' in each) tally.sent(each.sent);
        else {
          tally.found(1, each.bytes);
          tally.done(fileOf('x', each.outcome, { bytes: each.bytes }));
        }
        now += 100;
        expect(tally.line(now)).not.toMatch(/NaN|Infinity|-\d/);
      }
    }),
  );
});
