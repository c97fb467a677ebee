/** @module-tag upload */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tick, Upload } from './support.ts';

/** What still settles is read and asked for; only its sending waits. */

const INTERVAL_MS = 2500;
const SETTLING = [`--settle-interval=${INTERVAL_MS}ms`, '--delete'];
const CHECK = '/assets/bulk-upload-check';

const isCheck = ({ path }: { readonly path: string }) => path === CHECK;
const isSending = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === 'POST' && path === '/assets';

async function withNewFile(): Promise<Upload> {
  const upload = await Upload.start();
  upload.photo('old.jpg');
  await sleep(INTERVAL_MS + 100);
  upload.photo('new.jpg', 'AAAA');
  return upload;
}

test('a file that settles is asked for before it may be sent, and holds up no other', async () => {
  await using upload = await withNewFile();
  const changed = statSync(upload.path('photos', 'new.jpg')).ctimeMs;
  const running = upload.run(SETTLING);
  while (!upload.server.requests.some(isSending)) await tick();
  expect(Date.now() - changed).toBeLessThan(INTERVAL_MS);
  while (upload.server.requests.filter(isSending).length < 2) await tick();
  const sentAfter = Date.now() - changed;
  expect(sentAfter).toBeGreaterThanOrEqual(INTERVAL_MS - 10);
  const { outcomes } = await running;
  expect(outcomes).toEqual({ 'new.jpg': 'uploaded, deleted', 'old.jpg': 'uploaded, deleted' });
  const sending = upload.server.requests.findLastIndex(isSending);
  // Asked for both before, and once each afterwards: nothing is left to ask when the last one may be sent.
  const asked = upload.server.requests.slice(0, sending).filter(isCheck);
  expect(asked.length).toBeGreaterThanOrEqual(2);
});

test('what was read before it settled, and is other bytes of the same size and time since, is read again', async () => {
  await using upload = await withNewFile();
  const path = upload.path('photos', 'new.jpg');
  const { atime, mtime } = statSync(path);
  const running = upload.run(SETTLING);
  // Both were asked for: it has been read.
  while (upload.server.requests.filter(isCheck).length < 2) await tick();
  await sleep(100);
  writeFileSync(path, 'BBBB');
  utimesSync(path, atime, mtime);
  const { outcomes } = await running;
  expect(outcomes['new.jpg']).toBe('uploaded, deleted');
  expect(upload.server.store.holds(Buffer.from('BBBB'))).toBe(true);
  expect(upload.server.store.holds(Buffer.from('AAAA'))).toBe(false);
});

test('a file that another device sends while it settles here is not sent twice, and is proven', async () => {
  await using upload = await withNewFile();
  const running = upload.run(SETTLING);
  while (upload.server.requests.filter(isCheck).length < 2) await tick();
  await sleep(100);
  const content = readFileSync(upload.path('photos', 'new.jpg'));
  const sha1 = createHash('sha1').update(content).digest('hex');
  const [old] = upload.server.store.named('old.jpg');
  if (old === undefined) throw new Error('the other one was not sent');
  upload.server.store.add({
    ...old,
    id: randomUUID(),
    name: 'elsewhere.jpg',
    checksum: sha1,
    file: { size: content.length, sha1, bytes: content },
  });
  const { outcomes } = await running;
  expect(outcomes['new.jpg']).toBe('present, deleted');
  expect(upload.server.store.named('new.jpg')).toEqual([]);
  expect(upload.server.store.holds(content)).toBe(true);
});
