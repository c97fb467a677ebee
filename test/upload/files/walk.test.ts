import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { lookAgain } from '../../../src/upload/files/look.ts';
import { removeProven } from '../../../src/upload/files/remove.ts';
import { hasSameNames, type WalkOptions, walk } from '../../../src/upload/files/walk.ts';
import { found, freshFolder, put } from './folder.ts';

const options: WalkOptions = { recursive: true, followSymlinks: false, ignore: [] };

async function names(folder: string, changes: Partial<WalkOptions> = {}): Promise<string[]> {
  const { files, problems } = await walk(folder, { ...options, ...changes });
  expect(problems).toEqual([]);
  return files.map(({ name }) => name);
}

test('files of any legal name are listed, by name, each with its path and identity', async () => {
  const folder = freshFolder();
  const hostile = [
    'Trip (Rome)/a.jpg',
    '{a,b}/*.jpg',
    '-rf.jpg',
    'new\nline.jpg',
    'back\\slash.jpg',
    `${'x'.repeat(251)}.jpg`,
  ];
  const accents = ['caf\u00e9.jpg', 'cafe\u0301 2.jpg', '\u{1f4f7}.heic', '[1]?.jpg'];
  for (const name of [...hostile, ...accents]) put(folder, name);
  const { files } = await walk(folder, options);
  expect(files.map(({ name }) => name)).toEqual([...hostile, ...accents].sort());
  for (const file of files) {
    expect(file.path).toBe(join(folder, file.name));
    const { path, name, linked, identity } = file;
    expect(await lookAgain(file)).toEqual({ path, name, linked, identity });
  }
});

test('whatever the tree, each file that is not hidden is told once', async () => {
  const part = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((name) => !/[/\0]/.test(name) && !name.startsWith('.') && name.isWellFormed());
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 3 }), { selector: (path) => path[0] }),
      async (paths) => {
        const folder = freshFolder();
        for (const path of paths) put(folder, path.join('/'));
        expect(await names(folder)).toEqual(paths.map((path) => path.join('/')).sort());
        expect(await names(folder, { recursive: false })).toEqual(
          paths
            .filter(({ length }) => length === 1)
            .flat()
            .sort(),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('hidden files and folders, pipes, and links are left out', async () => {
  const folder = freshFolder();
  for (const name of ['a.jpg', '.hidden.jpg', '.git/b.jpg', '._a.jpg']) put(folder, name);
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
  symlinkSync('a.jpg', join(folder, 'link.jpg'));
  symlinkSync('.', join(folder, 'loop'));
  expect(await names(folder)).toEqual(['a.jpg']);
});

test('links are followed where asked, no loop is gone round, and a file with a name of its own has only that', async () => {
  const folder = freshFolder();
  const elsewhere = freshFolder();
  put(elsewhere, 'far/photo.jpg');
  put(folder, 'z/a.jpg');
  symlinkSync('..', join(folder, 'z/up'));
  symlinkSync(join(folder, 'z'), join(folder, 'again'));
  symlinkSync('z/a.jpg', join(folder, 'a.jpg'));
  symlinkSync(elsewhere, join(folder, 'other'));
  symlinkSync(folder, join(elsewhere, 'far/home'));
  symlinkSync(join(elsewhere, 'far/photo.jpg'), join(folder, 'photo.jpg'));
  const { files, problems } = await walk(folder, { ...options, followSymlinks: true });
  expect(problems).toEqual([]);
  expect(files.map(({ name, linked }) => [name, linked])).toEqual([
    ['other/far/photo.jpg', true],
    ['z/a.jpg', false],
  ]);
});

test('a link that leads nowhere is told where links are followed', async () => {
  const folder = freshFolder();
  symlinkSync('nothing', join(folder, 'photo.jpg'));
  expect((await walk(folder, options)).problems).toEqual([]);
  expect((await walk(folder, { ...options, followSymlinks: true })).problems).toEqual([
    { name: 'photo.jpg', reason: expect.stringContaining('does not exist'), kind: 'file' },
  ]);
});

test('two hard links are two files', async () => {
  const folder = freshFolder();
  linkSync(put(folder, 'a.jpg'), join(folder, 'b.jpg'));
  expect(await names(folder)).toEqual(['a.jpg', 'b.jpg']);
});

test('the folder itself may be a link', async () => {
  const folder = freshFolder();
  put(folder, 'real/a.jpg');
  symlinkSync('real', join(folder, 'link'));
  const { files } = await walk(join(folder, 'link'), options);
  expect(files).toMatchObject([{ path: join(folder, 'real/a.jpg'), name: 'a.jpg', linked: false }]);
});

test.each([
  [['*.jpg'], ['b.png', 'sub/new\nline.png']],
  [['sub/**'], ['a.jpg', 'b.png', 'caf\u00e9.jpg']],
  [['sub'], ['a.jpg', 'b.png', 'caf\u00e9.jpg']],
  [
    ['a.jpg', 'deep.jpg'],
    ['b.png', 'caf\u00e9.jpg', 'sub/new\nline.png'],
  ],
  [['cafe\u0301.jpg'], ['a.jpg', 'b.png', 'sub/deep.jpg', 'sub/new\nline.png']],
  [['**/*.png'], ['a.jpg', 'caf\u00e9.jpg', 'sub/deep.jpg']],
  [
    ['!a.jpg', '', 'A.JPG', 'b'],
    ['a.jpg', 'b.png', 'caf\u00e9.jpg', 'sub/deep.jpg', 'sub/new\nline.png'],
  ],
])('%j is ignored', async (ignore, left) => {
  const folder = freshFolder();
  for (const name of ['a.jpg', 'b.png', 'caf\u00e9.jpg', 'sub/deep.jpg', 'sub/new\nline.png'])
    put(folder, name);
  expect(await names(folder, { ignore })).toEqual(left);
});

test('a name with the characters of globs is ignored by itself', async () => {
  const folder = freshFolder();
  for (const name of ['Trip (Rome)/a.jpg', '{a,b}.jpg', '[1].jpg', '1.jpg', 'Trip Rome/a.jpg'])
    put(folder, name);
  expect(await names(folder, { ignore: ['Trip (Rome)', '{a,b}.jpg'] })).not.toContain('Trip (Rome)/a.jpg');
  expect(await names(folder, { ignore: ['{a,b}.jpg'] })).not.toContain('{a,b}.jpg');
});

test('the excluded folder is left out under each of its names', async () => {
  const folder = freshFolder();
  put(folder, 'a.jpg');
  put(folder, 'done/b.jpg');
  symlinkSync('done', join(folder, 'link'));
  expect(await names(folder, { exclude: join(folder, 'link'), followSymlinks: true })).toEqual(['a.jpg']);
  expect(await names(folder, { exclude: join(folder, 'not-there') })).toEqual(['a.jpg', 'done/b.jpg']);
});

test.runIf(process.platform === 'linux')(
  'a name that is not UTF-8 is told, unless it is hidden (skipped but on Linux)',
  async () => {
    const folder = freshFolder();
    const raw = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
    put(folder, 'good.jpg');
    writeFileSync(raw('\xe9.jpg'), '');
    writeFileSync(raw('.\xe9.jpg'), '');
    mkdirSync(raw('\xe8'));
    expect(await walk(folder, options)).toMatchObject({
      files: [{ name: 'good.jpg' }],
      problems: [
        { name: '\ufffd', reason: 'its name is not UTF-8: rename it', kind: 'folder' },
        { name: '\ufffd.jpg', reason: 'its name is not UTF-8: rename it', kind: 'file' },
      ],
    });
  },
);

test.runIf(process.geteuid?.() !== 0)(
  'a folder that cannot be read is told, and the rest is listed (skipped as root)',
  async () => {
    const folder = freshFolder();
    put(folder, 'locked/a.jpg');
    put(folder, 'open/b.jpg');
    chmodSync(join(folder, 'locked'), 0);
    const { files, problems } = await walk(folder, options);
    expect(files.map(({ name }) => name)).toEqual(['open/b.jpg']);
    expect(problems).toEqual([
      {
        name: 'locked',
        reason:
          'permission denied: the user of this run cannot list it: change the owner or mode of this folder',
        kind: 'folder',
      },
    ]);
  },
);

test('a folder that does not exist, or is none, is told', async () => {
  const folder = freshFolder();
  expect(await walk(join(folder, 'nothing'), options)).toEqual({
    files: [],
    problems: [{ name: '.', reason: 'no such file or directory', kind: 'folder' }],
    libraries: [],
    folders: [],
    stamps: new Map(),
  });
  expect(await walk(put(folder, 'a.jpg'), options)).toEqual({
    files: [],
    problems: [{ name: '.', reason: 'not a directory', kind: 'folder' }],
    libraries: [],
    folders: [],
    stamps: new Map(),
  });
});

test('an aborted listing rejects with the reason', async () => {
  const signal = AbortSignal.abort(new Error('SIGINT'));
  await expect(walk(freshFolder(), { ...options, signal })).rejects.toThrow('SIGINT');
});

test('the library of another program is left out, and told of', async () => {
  const folder = freshFolder();
  put(folder, 'a.jpg');
  put(folder, 'My Photos.photoslibrary/originals/0/b.jpg');
  put(folder, 'more/Catalog Previews.lrdata/c.jpg');
  const { files, problems, libraries } = await walk(folder, options);
  expect(files.map(({ name }) => name)).toEqual(['a.jpg']);
  expect(problems).toEqual([]);
  expect(libraries).toEqual(['My Photos.photoslibrary', 'more/Catalog Previews.lrdata']);
});

test('a folder that was just changed may change again unseen', async () => {
  const folder = freshFolder();
  put(folder, 'a.jpg');
  expect(await hasSameNames(await walk(folder, options))).toBe(false);
});

test('a folder has the same names until something came, went or was renamed in it or below it', async () => {
  const changes: ((folder: string) => void)[] = [
    (folder) => put(folder, 'sub/late.jpg'),
    (folder) => rmSync(join(folder, 'sub/b.jpg')),
    (folder) => renameSync(join(folder, 'sub/b.jpg'), join(folder, 'sub/d.jpg')),
    (folder) => mkdirSync(join(folder, 'new')),
  ];
  const folders = changes.map((change) => ({ change, folder: freshFolder() }));
  for (const { folder } of folders) for (const name of ['sub/b.jpg', 'sub/c.jpg']) put(folder, name);
  await sleep(2100);
  for (const { change, folder } of folders) {
    const listing = await walk(folder, options);
    expect(await hasSameNames(listing)).toBe(true);
    change(folder);
    expect(await hasSameNames(listing)).toBe(false);
  }
});

function onDarwin(): void {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  onTestFinished(() => {
    Object.defineProperty(process, 'platform', { value: platform });
  });
}

test('what is only in iCloud is told, and neither listed nor deleted', async () => {
  const folder = freshFolder();
  const path = put(folder, 'dataless.jpg', '');
  truncateSync(path, 100_000);
  put(folder, 'here.jpg');
  put(folder, 'sub/.away.jpg.icloud');
  put(folder, 'empty.jpg', '');
  expect((await walk(folder, options)).problems.map(({ name }) => name)).toEqual(['sub/away.jpg']);
  onDarwin();
  const { files, problems } = await walk(folder, options);
  expect(files.map(({ name }) => name)).toEqual(['empty.jpg', 'here.jpg']);
  expect(problems.map(({ name, reason, kind }) => [name, /only in iCloud/.test(reason), kind])).toEqual([
    ['dataless.jpg', true, 'file'],
    ['sub/away.jpg', true, 'file'],
  ]);
  const listed = found(folder, 'dataless.jpg');
  expect(removeProven(listed)).toMatchObject({ problem: 'failed' });
  expect(await lookAgain(listed)).toMatchObject({ problem: 'failed' });
  expect(found(folder, 'dataless.jpg')).toEqual(listed);
});
