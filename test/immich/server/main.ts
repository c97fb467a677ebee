import { parseArgs } from 'node:util';
import { startFakeImmich } from './server.ts';

/** `node main.ts [--version 3.0.3] [--delay MS] [--keep-bytes]`: one line of JSON `{url, key}`, then serves until ended. */
const { values } = parseArgs({
  options: {
    version: { type: 'string' },
    delay: { type: 'string', default: '0' },
    'keep-bytes': { type: 'boolean', default: false },
  },
});
const { url, key } = await startFakeImmich({
  ...(values.version === undefined ? {} : { version: values.version }),
  delayMs: Number(values.delay),
  keepBytes: values['keep-bytes'],
});
process.stdout.write(`${JSON.stringify({ url, key })}\n`);
