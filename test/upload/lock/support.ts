import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { type LockToken, lockText } from '../../../src/model/upload-lock.ts';

interface Answer {
  readonly held?: true;
  readonly busy?: string;
  readonly notes: readonly string[];
}

/** A folder to upload, and one for its locks. */
export class LockPlace {
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'hsdoctor-lock-')));
  readonly folder = join(this.#root, 'photos');
  readonly lockFolder = join(this.#root, 'locks');
  readonly path = join(
    this.lockFolder,
    `hsdoctor-upload-${createHash('sha1').update(this.folder).digest('hex').slice(0, 12)}.lock`,
  );
  readonly scriptLocks = {
    file: join(this.lockFolder, 'script.lock'),
    folder: join(this.lockFolder, 'script.lock.d'),
  };
  readonly #children: ChildProcess[] = [];

  constructor() {
    mkdirSync(this.folder);
    mkdirSync(this.lockFolder);
  }

  get options() {
    return { lockFolder: this.lockFolder, scriptLocks: this.scriptLocks };
  }

  /** The lock of an owner, or of somebody's takeover, as if it had been made before. */
  plant(
    owner: Pick<LockToken, 'pid' | 'procStart'>,
    { path = this.path, folder = this.folder } = {},
  ): string {
    const text = lockText({
      ...owner,
      nonce: '0123456789abcdef',
      startedAt: '2026-11-23T10:00:00.000Z',
      folder,
    });
    writeFileSync(path, text);
    return text;
  }

  text(path = this.path): string {
    return readFileSync(path, 'utf8');
  }

  /** What lies there now. */
  locks(): string[] {
    return readdirSync(this.lockFolder).sort();
  }

  runner(): Runner {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'runner.ts'), this.folder, this.lockFolder],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    return new Runner(this.#own(child));
  }

  /** A process that does nothing, under a name of its own. */
  async idle(name = 'sleep'): Promise<ChildProcess & { readonly pid: number }> {
    const child = this.#own(spawn('bash', ['-c', `exec -a "$0" sleep 600`, name], { stdio: 'ignore' }));
    const { pid } = child;
    if (pid === undefined) throw new Error('bash did not start');
    while (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${name}\x00600`))
      await new Promise(setImmediate);
    return Object.assign(child, { pid });
  }

  /** The number of a process that is gone. */
  async gonePid(): Promise<number> {
    const child = await this.idle();
    await kill(child);
    return child.pid;
  }

  /** The number of a process that has ended, and that nobody asks for. */
  async zombiePid(name = 'sh'): Promise<number> {
    // It ends when its parent has become a program that asks for no child: bash would.
    const child = 'while [ "$(cat /proc/$PPID/comm)" = bash ]; do :; done';
    const parent = this.#own(
      spawn('bash', ['-c', `(exec -a "$0" sh -c '${child}') & echo $!; exec sleep 600`, name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const [chunk] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
    const pid = Number(chunk.toString());
    while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await new Promise(setImmediate);
    return pid;
  }

  /** Kills a process, and waits until it is gone. */
  end(child: ChildProcess): Promise<void> {
    return kill(child);
  }

  /** Removes all locks. */
  clear(): void {
    rmSync(this.lockFolder, { recursive: true });
    mkdirSync(this.lockFolder);
  }

  async remove(): Promise<void> {
    await Promise.all(this.#children.map(kill));
    rmSync(this.#root, { recursive: true });
  }

  #own<C extends ChildProcess>(child: C): C {
    this.#children.push(child);
    return child;
  }
}

/** A process of its own that takes and releases the lock as it is told. */
export class Runner {
  readonly #child: ChildProcessWithoutNullStreams | ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error('it has no output');
    const lines: Interface = createInterface(child.stdout);
    this.#lines = lines[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async tell(word: 'acquire' | 'release'): Promise<Answer> {
    this.#child.stdin?.write(`${word}\n`);
    const { value } = await this.#lines.next();
    return JSON.parse(String(value)) as Answer;
  }

  kill(): Promise<void> {
    return kill(this.#child);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
