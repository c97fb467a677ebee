import { createHash, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Verification } from '../../../src/model/upload-report.ts';
import type { UploadOptions } from '../../../src/upload/options.ts';
import { type Fault, seededRandom } from '../fake-server/faults.ts';
import { randomFaults } from '../fake-server/random-faults.ts';
import { type FakeImmich, startFakeImmich } from '../fake-server/server.ts';
import type { Asset, Visibility } from '../fake-server/store.ts';
import { liveVideo } from '../files/videos.ts';

const EXTENSIONS = ['jpg', 'JPG', 'heic', 'mov', 'png', 'dng', 'xmp', 'jpg.xmp', 'txt'];
const STEMS = ['a', 'b (Rome)', '{c,d}', '-e', 'f\ng', 'ü'.normalize('NFD'), 'h'];
const FOLDERS = ['', '', 'sub/', 'sub/deep [x]/'];
const VERSIONS = ['1.114.0', '1.135.3', '2.5.6', '3.0.3'];

/** What a random run is about: all of it follows from its seed. */
export class RandomRun implements AsyncDisposable {
  readonly seed: number;
  readonly random: () => number;
  readonly root: string;
  readonly folder: string;
  readonly moveTo: string;
  readonly server: FakeImmich;
  readonly options: Pick<
    UploadOptions,
    'recursive' | 'concurrency' | 'restoreTrashed' | 'proven' | 'verify' | 'album'
  >;
  /** What its user has of each file; none of those that he removed. */
  readonly #contents = new Map<string, Buffer>();
  /** Of files that a program has not finished: what it has open. */
  readonly #writing = new Map<string, number>();

  static async start(seed: number): Promise<RandomRun> {
    const random = seededRandom(seed);
    const version = pick(random, VERSIONS);
    const verify = pick<Verification>(random, ['checksum', 'size', 'deep']);
    const faults = random() < 0.85 ? randomFaults(seed).filter((fault) => isSeen(fault, verify)) : [];
    return new RandomRun(seed, random, verify, await startFakeImmich({ version, seed, faults }));
  }

  private constructor(seed: number, random: () => number, verify: Verification, server: FakeImmich) {
    this.seed = seed;
    this.random = random;
    this.server = server;
    this.root = mkdtempSync(join(tmpdir(), 'hsdoctor-random-run-'));
    this.folder = join(this.root, 'photos');
    this.moveTo = join(this.root, 'sent');
    for (const folder of [this.folder, this.moveTo]) mkdirSync(folder);
    this.options = {
      recursive: true,
      concurrency: 1 + this.below(4),
      restoreTrashed: random() < 0.2,
      proven: random() < 0.8 ? 'delete' : { moveTo: this.moveTo },
      verify,
      ...(random() < 0.2 ? { album: pick(random, ['folder', { name: 'Trip' }]) } : {}),
    };
    this.#fill();
    if (this.random() < 0.4) this.#addLivePhoto();
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  #fill(): void {
    const count = 1 + this.below(9);
    const contents: Buffer[] = [];
    for (let n = 0; n < count; n++) {
      const name = pick(this.random, FOLDERS) + pick(this.random, STEMS);
      // Some are the same photo twice.
      const twin = this.random() < 0.15 ? contents[0] : undefined;
      const content = twin ?? Buffer.alloc(this.#size(), `${this.seed} ${n} `);
      contents.push(content);
      this.#write(`${name}.${pick(this.random, EXTENSIONS)}`, content);
    }
  }

  /** A live photo, of which the server may have a part, or that its user has put in the trash there. */
  #addLivePhoto(): void {
    const names = ['IMG_1.HEIC', 'IMG_1.MOV'] as const;
    const [still, video] = [Buffer.alloc(700, `still ${this.seed} `), movie(this.seed)];
    for (const [index, content] of [still, video].entries())
      if (this.random() < 0.8) this.#write(names[index] ?? '', content);
    if (this.random() < 0.2) this.#write('IMG_1.JPG', Buffer.alloc(900, `second ${this.seed} `));
    if (this.random() < 0.3) return;
    const hasVideo = this.random() < 0.7;
    const moving = hasVideo ? this.#onServer(names[1], video, 'hidden') : undefined;
    if (this.random() < 0.2) return;
    const photo = this.#onServer(
      names[0],
      still,
      pick(this.random, ['timeline', 'timeline', 'archive', 'locked']),
    );
    if (moving !== undefined && this.random() < 0.8) photo.livePhotoVideoId = moving.id;
    photo.trashed = this.random() < 0.4;
  }

  #onServer(name: string, content: Buffer, visibility: Visibility): Asset {
    const checksum = createHash('sha1').update(content).digest('hex');
    const asset: Asset = {
      id: randomUUID(),
      checksum,
      name,
      type: name.endsWith('.MOV') ? 'VIDEO' : 'IMAGE',
      fields: { fileCreatedAt: '2026-01-01T00:00:00.000Z', fileModifiedAt: '2026-01-01T00:00:00.000Z' },
      file: { size: content.length, sha1: checksum, bytes: content },
      trashed: false,
      offline: false,
      visibility,
      isFavorite: false,
    };
    this.server.store.add(asset);
    return asset;
  }

  #size(): number {
    const kind = this.random();
    if (kind < 0.05) return 0;
    return kind < 0.85 ? 1 + this.below(3000) : this.below(600_000);
  }

  #write(name: string, content: Buffer): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    this.#contents.set(name, content);
  }

  /** Its user, or another program, works on the files, as somebody may at any moment. */
  disturb(): void {
    const names = [...this.#contents.keys()];
    const name = names[this.below(names.length)];
    if (name === undefined || !existsSync(join(this.folder, name))) return;
    const path = join(this.folder, name);
    if (this.#writing.has(name)) {
      this.#writeOn(name);
      return;
    }
    const before = statSync(path);
    const other = Buffer.alloc(before.size, `other ${this.below(1000)} `);
    switch (this.below(7)) {
      case 0:
        appendFileSync(path, 'more');
        break;
      case 1:
        truncateSync(path, this.below(before.size + 1));
        break;
      case 2:
        // Replaced, as many programs save.
        writeFileSync(join(this.root, 'new'), other);
        renameSync(join(this.root, 'new'), path);
        break;
      case 3:
        // In its place, with the size and the time of before.
        writeFileSync(path, other);
        utimesSync(path, before.atime, before.mtime);
        break;
      case 4:
        rmSync(path);
        this.#contents.delete(name);
        return;
      case 5:
        // Half of it, and the rest some time.
        appendFileSync(path, 'half');
        this.#writing.set(name, openSync(path, 'r+'));
        break;
      default:
        this.#write(
          `late-${this.below(9)}.jpg`,
          Buffer.alloc(1 + this.below(2000), `late ${this.below(999)} `),
        );
        return;
    }
    this.#contents.set(name, readFileSync(path));
  }

  /** The rest of what was begun, into a file that somebody may have deleted meanwhile. */
  #writeOn(name: string): void {
    const file = this.#writing.get(name);
    if (file === undefined) return;
    this.#writing.delete(name);
    writeSync(file, 'rest', fstatSync(file).size);
    const content = Buffer.alloc(fstatSync(file).size);
    readSync(file, content, 0, content.length, 0);
    closeSync(file);
    this.#contents.set(name, content);
  }

  /** Names of those whose bytes are neither on this disk nor provably on the server, also when the trash is emptied. */
  lost(): string[] {
    for (const name of [...this.#writing.keys()]) this.#writeOn(name);
    this.server.store.emptyTrash();
    const here = new Set(
      [this.folder, this.moveTo].flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .map((name) => join(folder, name))
          .filter((path) => statSync(path).isFile())
          .map((path) => readFileSync(path).toString('base64')),
      ),
    );
    return [...this.#contents].flatMap(([name, content]) => {
      const isSidecar = /\.xmp$/i.test(name);
      const isThere =
        here.has(content.toString('base64')) ||
        (isSidecar
          ? [...this.server.store.assets.values()].some(({ sidecar }) => sidecar?.bytes?.equals(content))
          : this.server.store.holds(content));
      return isThere ? [] : [name];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Of a live photo; each another one. */
const movie = (seed: number): Buffer => Buffer.concat([liveVideo(), Buffer.from(`free ${seed}`)]);

/** What a server hides from the way of verification that was asked for proves nothing. */
function isSeen({ effect }: Fault, verify: Verification): boolean {
  if (effect.kind !== 'keep') return true;
  if (effect.how === 'other-bytes') return verify === 'deep';
  return !['no-file', 'other-size'].includes(effect.how) || verify !== 'checksum';
}

function pick<Type>(random: () => number, choices: readonly Type[]): Type {
  return choices[Math.floor(random() * choices.length)] as Type;
}
