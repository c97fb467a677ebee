import process from 'node:process';
import { createInterface } from 'node:readline';
import { acquireLock, type Lock } from '../../../src/upload/lock/lock.ts';

// Takes and releases the lock of a folder as it is told, a word a line, and answers each with a line of JSON.
const [folder = '', lockFolder = ''] = process.argv.slice(2);
const scriptLocks = { file: `${lockFolder}/script.lock`, folder: `${lockFolder}/script.lock.d` };
let lock: Lock | undefined;

for await (const word of createInterface(process.stdin)) {
  if (word === 'release') {
    lock?.release();
    lock = undefined;
    process.stdout.write('{}\n');
  } else {
    const taken = await acquireLock(folder, { lockFolder, scriptLocks });
    if ('held' in taken) lock = taken.held;
    process.stdout.write(
      `${JSON.stringify('held' in taken ? { held: true, notes: taken.notes } : { busy: taken.busy, notes: [] })}\n`,
    );
  }
}
