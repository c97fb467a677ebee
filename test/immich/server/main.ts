import process from 'node:process';
import { parseArgs } from 'node:util';
import { startFakeImmich } from './server.ts';

/**
 * `node main.ts [--version 3.0.3] [--delay MS] [--keep-bytes]`: prints one line of JSON `{url, key}`, then serves until
 * it is ended. A parent with a channel may send any message, and is sent the peak of the memory in bytes.
 */
const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '3.0.3' },
    delay: { type: 'string', default: '0' },
    'keep-bytes': { type: 'boolean', default: false },
  },
});
const { url, key } = await startFakeImmich({
  version: values.version,
  delayMs: Number(values.delay),
  keepBytes: values['keep-bytes'],
});
process.on('message', () => process.send?.(process.resourceUsage().maxRSS * 1024));
process.stdout.write(`${JSON.stringify({ url, key })}\n`);
