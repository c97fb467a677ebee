import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';
import { asset, bulkCheck } from '../upload/server/assets.ts';
import type { Connection } from '../upload/server/connection.ts';
import { ServerProblem } from '../upload/server/problem.ts';
import { moveToTrash } from '../upload/server/trash.ts';
import type { Launchd } from './launchd.ts';

interface Trial {
  /** That the agent watches. */
  readonly folder: string;
  /** Where it moves what is verified. */
  readonly moveTo: string | undefined;
  readonly connection: Connection;
  /** Whether the key allows it. */
  readonly may: (permission: string) => boolean;
  readonly launchd: Launchd;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

interface Arrival {
  readonly name: string;
  /** Undefined: it did not arrive in time. */
  readonly assetId: string | undefined;
  /** Why it is still on the server. */
  readonly left?: string;
}

interface Photo {
  readonly name: string;
  readonly bytes: Buffer;
  /** SHA-1, in hex: no other photo has it. */
  readonly checksum: string;
}

const POLL_MS = 1000;

/** Puts a photo that nobody else has into the folder, and waits until the agent has brought it to the server. */
export async function sendTestPhoto(trial: Trial): Promise<Arrival> {
  const photo = testPhoto(new Date());
  const deadline = Date.now() + trial.timeoutMs;
  const copies = [trial.folder, ...(trial.moveTo === undefined ? [] : [trial.moveTo])].map((folder) =>
    join(folder, photo.name),
  );
  await writeFile(join(trial.folder, photo.name), photo.bytes, { flag: 'wx' });
  try {
    const assetId = await until(deadline, trial.signal, () => idOnServer(trial.connection, photo));
    // The run looks at the photo once more: to delete it, or to say how it ended.
    const rested =
      assetId !== undefined &&
      (await until(deadline, trial.signal, async () => !(await trial.launchd.isRunning()) || undefined));
    await removeCopies(copies, photo);
    if (assetId === undefined) return { name: photo.name, assetId };
    const left = rested ? await removeFromServer(assetId, photo, trial) : 'the run of the agent goes on';
    return { name: photo.name, assetId, ...(left === undefined ? {} : { left }) };
  } finally {
    await removeCopies(copies, photo);
  }
}

async function until<T>(
  deadline: number,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined || Date.now() > deadline || signal.aborted) return seen;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function idOnServer(connection: Connection, { checksum }: Photo): Promise<string | undefined> {
  const found = (await bulkCheck(connection, [{ id: checksum, checksum }])).get(checksum);
  return found?.known ? found.assetId : undefined;
}

/** Only what still is the test photo, byte for byte. */
async function removeCopies(paths: readonly string[], { bytes }: Photo): Promise<void> {
  for (const path of paths) {
    const present = await readFile(path).catch(() => undefined);
    if (present?.equals(bytes)) await rm(path, { force: true });
  }
}

/** @returns why it is left there */
async function removeFromServer(
  id: string,
  photo: Photo,
  { connection, may }: Trial,
): Promise<string | undefined> {
  if (!may('asset.delete')) return 'the key lacks asset.delete';
  try {
    if (may('asset.read')) {
      const found = await asset(connection, id);
      if (found === 'unseen' || found.name !== photo.name || found.checksum !== photo.checksum)
        return `the server does not show it as asset ${id}`;
    }
    await moveToTrash(connection, id);
    return undefined;
  } catch (error) {
    if (error instanceof ServerProblem) return error.message;
    throw error;
  }
}

/** A small gray picture, whose name tells what it is. */
function testPhoto(now: Date): Photo {
  const stamp = now.toISOString().replace(/[-:]|\.\d+Z/g, '');
  const bytes = picture(`hsdoctor test photo ${randomUUID()}`);
  return {
    name: `hsdoctor-test-photo-${stamp}.png`,
    bytes,
    checksum: createHash('sha1').update(bytes).digest('hex'),
  };
}

const SIDE = 32;
const GRAY = 0x80;

/** A PNG with a comment in it. */
function picture(comment: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  // Eight bits of gray, of one sample.
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(SIDE * (SIDE + 1), GRAY);
  // Each row begins with its filter: none.
  for (let row = 0; row < SIDE; row += 1) rows[row * (SIDE + 1)] = 0;
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${comment}`, 'latin1')),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const part = Buffer.alloc(body.length + 8);
  part.writeUInt32BE(data.length, 0);
  body.copy(part, 4);
  part.writeUInt32BE(crc32(body), body.length + 4);
  return part;
}
