import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Upload } from './support.ts';

/** What a run says of itself is so, and it does no more than it was told to. */

test.each([['--delete'], ['--move-to']])(
  'a rehearsal leaves what the server holds where it is: %s',
  async (flag) => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    await upload.run();
    const disposing = flag === '--delete' ? [flag] : [flag, join(upload.folder, '..', 'home')];
    const { outcomes, exitCode, report } = await upload.run([...disposing, '--dry-run']);
    expect(outcomes).toEqual({ 'a.jpg': 'present, kept' });
    expect(report.summary).toMatchObject({ deleted: 0, moved: 0 });
    expect(exitCode).toBe(0);
    expect(upload.left()).toEqual(['a.jpg']);
  },
);
