import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import type { UploadReport } from '../../../src/model/upload-report.ts';
import { BIN } from '../../support/hsdoctor.ts';
import { type FakeImmich, type FakeImmichOptions, startFakeImmich } from '../server/server.ts';

/** Long enough ago that nobody waits for it to settle. */
const AGE_S = 3600;

/** Short where a run waits for what does not come. */
const QUICK = [
  '--settle-interval=50ms',
  '--idle-timeout=2s',
  '--response-timeout=2s',
  '--retries=2',
  '--retry-delay=20ms',
];

/** A folder with photos, a home of its own, and a server. */
export class Upload implements AsyncDisposable {
  readonly server: FakeImmich;
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'hsdoctor-upload-test-')));
  readonly folder = join(this.#root, 'photos');

  static async start(options: FakeImmichOptions = {}): Promise<Upload> {
    return new Upload(await startFakeImmich(options));
  }

  private constructor(server: FakeImmich) {
    this.server = server;
    mkdirSync(this.folder);
    mkdirSync(join(this.#root, 'home'));
  }

  /** Writes a file that has been at rest for an hour. */
  photo(name: string, content: string | Buffer = `the bytes of ${name}`): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    const then = Date.now() / 1000 - AGE_S;
    utimesSync(path, then, then);
    return path;
  }

  path(...names: string[]): string {
    return join(this.#root, ...names);
  }

  get env(): Record<string, string> {
    return {
      HOME: join(this.#root, 'home'),
      XDG_CACHE_HOME: join(this.#root, 'home', 'cache'),
      XDG_CONFIG_HOME: join(this.#root, 'home', 'config'),
      IMMICH_INSTANCE_URL: this.server.url,
      IMMICH_API_KEY: this.server.key,
      NO_COLOR: '1',
    };
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return execa(process.execPath, [BIN, 'immich', 'upload', this.folder, ...QUICK, ...args], {
      reject: false,
      env: { ...this.env, ...env },
    });
  }

  /** One run as its user starts it, with its report. */
  async run(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const { stdout, stderr, exitCode } = await this.start(['--json', ...args], env);
    if (!stdout.startsWith('{')) throw new Error(`no report, exit ${exitCode}: ${stdout}${stderr}`);
    const report: UploadReport = JSON.parse(stdout);
    const outcomes = Object.fromEntries(
      report.files.map(({ path, outcome, local }) => [path, `${outcome}, ${local}`]),
    );
    return { report, outcomes, exitCode, stderr };
  }

  /** Names of what is in the folder. */
  left(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(this.folder, name)).isFile())
      .sort();
  }

  bytesOf(name: string): Buffer {
    return readFileSync(join(this.folder, name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    rmSync(this.#root, { recursive: true, force: true });
  }
}

export const sha1 = (content: string | Buffer): string => createHash('sha1').update(content).digest('hex');
