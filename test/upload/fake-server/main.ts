import process from 'node:process';
import { parseArgs } from 'node:util';
import { startFakeImmich } from './server.ts';

/**
 * `node main.ts [--version 3.0.3] [--delay MS] [--bytes-per-second N] [--keep-bytes]`: prints one line of JSON
 * `{url, key}`, then serves until it is ended; bodies are read no faster than so many bytes a second. A parent with a channel may send any message, and is sent the peak of the memory in bytes.
 */
const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '3.0.3' },
    delay: { type: 'string', default: '0' },
    'bytes-per-second': { type: 'string' },
    'keep-bytes': { type: 'boolean', default: false },
  },
});
const rate = values['bytes-per-second'];
const { url, key } = await startFakeImmich({
  version: values.version,
  delayMs: Number(values.delay),
  keepBytes: values['keep-bytes'],
  faults:
    rate === undefined ? [] : [{ path: '/assets', effect: { kind: 'slow', bytesPerSecond: Number(rate) } }],
});
process.on('message', () => process.send?.(process.resourceUsage().maxRSS * 1024));
process.stdout.write(`${JSON.stringify({ url, key })}\n`);
