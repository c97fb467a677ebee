import process from 'node:process';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { BIN } from '../support/hsdoctor.ts';
import { pathOf } from '../support/loopback-host.ts';
import { Upload } from './pipeline/support.ts';

// The `script` of other systems takes other arguments.
test.skipIf(process.platform !== 'linux' || pathOf('script') === undefined)(
  'a terminal shows how far it is, and then only the report (skipped without the script of Linux)',
  async () => {
    await using upload = await Upload.start();
    const held = Promise.withResolvers<void>();
    upload.server.faults = [
      { method: 'POST', file: 'b.jpg', effect: { kind: 'stall', until: held.promise } },
    ];
    for (const name of ['a.jpg', 'b.jpg']) upload.photo(name);
    const command = `stty rows 24 cols 100; exec '${process.execPath}' '${BIN}' immich upload '${upload.folder}' --idle-timeout 1h`;
    const child = execa('script', ['-qec', command, '/dev/null'], {
      env: { ...upload.env, TERM: 'xterm' },
      reject: false,
    });
    let seen = '';
    child.stdout.on('data', (chunk) => {
      seen += chunk;
    });
    while (!/Uploading: 1 of 2 files/.test(seen))
      await new Promise((resolve) => child.stdout.once('data', resolve));
    held.resolve();
    const { stdout, exitCode } = await child;
    expect(exitCode).toBe(0);
    const [HIDE_CURSOR, SHOW_CURSOR] = ['\u001b[?25l', '\u001b[?25h'];
    expect(stdout.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.lastIndexOf(HIDE_CURSOR));
    const report = stdout.indexOf('Exit status 0: all files are verified.');
    expect(report).toBeGreaterThan(stdout.lastIndexOf('Uploading'));
  },
);
