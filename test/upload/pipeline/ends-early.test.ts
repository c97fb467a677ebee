/** @module-tag upload */
import { describe, expect, test } from 'vitest';
import { tick, Upload } from './support.ts';

/** What ends a run is named in one sentence; and no file that fails stands in the way of the others. */

const many = (upload: Upload, count: number, name = 'IMG') => {
  for (let n = 0; n < count; n += 1) upload.photo(`${name}_${String(n).padStart(3, '0')}.jpg`);
};

describe.each(['2.5.6', '3.0.3'])('when maintenance of a server %s begins in the middle', (version) => {
  test.each([
    ['it sends', 'POST', '/assets'],
    ['it asks for the size', 'HEAD', /original$/],
    ['it asks what is known', 'POST', '/assets/bulk-upload-check'],
  ] as const)('while %s, the run ends and says so', async (_, method, path) => {
    await using upload = await Upload.start({ version });
    many(upload, 250);
    await upload.run(['--ignore', 'IMG_[1-9]*']);
    const held = Promise.withResolvers<void>();
    const effect = { kind: 'stall', until: held.promise } as const;
    upload.server.faults = [
      { method, path, nth: 5, effect },
      { method, path, nth: 1, effect },
    ];
    const running = upload.run(['--delete']);
    while (!upload.server.requests.some((each) => each.status === undefined && each.method === method))
      await tick();
    upload.server.maintenance = true;
    held.resolve();
    const { report, exitCode } = await running;
    expect(report).toMatchObject({
      ending: 'server-lost',
      message: expect.stringMatching(/maintenance mode/),
    });
    expect(exitCode).toBe(1);
    const told = report.files.map(({ outcome, reason = '' }) => `${outcome} ${reason}`);
    expect(told.filter((each) => /missing|refuse|404|damaged/.test(each))).toEqual([]);
    upload.server.maintenance = false;
    upload.server.faults = [];
    expect((await upload.run(['--delete'])).exitCode).toBe(0);
    expect(upload.left()).toEqual([]);
  });
});

test('a key that is revoked in the middle ends the run', async () => {
  await using upload = await Upload.start();
  many(upload, 20);
  const body = '{"message":"Invalid API key"}';
  upload.server.faults = [{ method: 'HEAD', effect: { kind: 'answer', status: 401, body } }];
  const { report } = await upload.run(['--delete', '--concurrency=1']);
  expect(report).toMatchObject({ ending: 'server-lost', message: expect.stringMatching(/API key/) });
});

describe('thirty files that fail, before forty others', () => {
  test('do not keep those from being sent', async () => {
    await using upload = await Upload.start();
    many(upload, 30, 'BAD');
    many(upload, 40);
    upload.server.faults = [
      { path: '/assets', file: /^BAD/, effect: { kind: 'answer', status: 500, when: 'after-body' } },
    ];
    const { report } = await upload.run(['--delete']);
    expect(report).toMatchObject({ ending: 'complete', summary: { deleted: 40, notProven: 30 } });
  });

  test('come last in the next run, which the others do not wait for', async () => {
    await using upload = await Upload.start();
    many(upload, 30, 'BAD');
    upload.server.faults = [
      {
        path: '/assets',
        file: /^BAD/,
        effect: { kind: 'answer', status: 400, body: '{}', when: 'after-body' },
      },
    ];
    await upload.run();
    many(upload, 40);
    const sentBefore = upload.server.requests.length;
    const { report } = await upload.run(['--delete', '--concurrency=1']);
    expect(report).toMatchObject({ ending: 'complete', summary: { deleted: 40, notProven: 30 } });
    const sent = upload.server.requests
      .slice(sentBefore)
      .filter(({ method, path }) => method === 'POST' && path === '/assets')
      .map(({ status }) => status);
    expect(sent).toEqual([...Array(40).fill(201), ...Array(30).fill(400)]);
    // And no longer than they fail.
    upload.server.faults = [];
    expect((await upload.run(['--delete'])).exitCode).toBe(0);
    expect(upload.left()).toEqual([]);
  });
});

test('a server that fails at every file ends the run all the same', async () => {
  await using upload = await Upload.start();
  many(upload, 100);
  upload.server.faults = [{ method: 'POST', path: '/assets', effect: { kind: 'answer', status: 500 } }];
  const { report } = await upload.run(['--delete', '--retries=0', '--concurrency=1']);
  expect(report.ending).toBe('server-lost');
  expect(
    upload.server.requests.filter(({ method, path }) => method === 'POST' && path === '/assets').length,
  ).toBeLessThan(50);
});
