import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startFakeImmich } from './server.ts';

/**
 * `node main.ts [--version 3.0.3] [--delay MS] [--bytes-per-second N] [--keep-bytes] [--holds FOLDER]`: prints one
 * line of JSON `{url, key}`, then serves until it is ended; bodies are read no faster than so many bytes a second; the files
 * of the folder are assets of it. A parent with a channel may send any message, and is sent the peak of the memory in bytes.
 */
const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '3.0.3' },
    delay: { type: 'string', default: '0' },
    'bytes-per-second': { type: 'string' },
    'keep-bytes': { type: 'boolean', default: false },
    holds: { type: 'string' },
  },
});
const rate = values['bytes-per-second'];
const { url, key, store } = await startFakeImmich({
  version: values.version,
  delayMs: Number(values.delay),
  keepBytes: values['keep-bytes'],
  faults:
    rate === undefined ? [] : [{ path: '/assets', effect: { kind: 'slow', bytesPerSecond: Number(rate) } }],
});
for (const name of values.holds === undefined ? [] : readdirSync(values.holds)) {
  const content = readFileSync(join(values.holds ?? '', name));
  const checksum = createHash('sha1').update(content).digest('hex');
  store.add({
    id: randomUUID(),
    checksum,
    name,
    type: 'IMAGE',
    fields: { fileCreatedAt: '2026-01-01T00:00:00.000Z', fileModifiedAt: '2026-01-01T00:00:00.000Z' },
    file: { size: content.length, sha1: checksum },
    trashed: false,
    offline: false,
    visibility: 'timeline',
    isFavorite: false,
  });
}
process.on('message', () => process.send?.(process.resourceUsage().maxRSS * 1024));
process.stdout.write(`${JSON.stringify({ url, key })}\n`);
