import { execFileSync } from 'node:child_process';
import {
  chmodSync,
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
import { BIN, ROOT } from '../../support/hsdoctor.ts';
import { type FakeImmich, type FakeImmichOptions, startFakeImmich } from '../fake-server/server.ts';

/** Long enough ago that nobody waits for it to settle. */
const AGE_S = 3600;

/** Short where a run waits for what does not come. */
const QUICK = {
  HSDOCTOR_UPLOAD_SETTLE_INTERVAL: '50ms',
  HSDOCTOR_UPLOAD_REST_INTERVAL: '50ms',
  HSDOCTOR_UPLOAD_IDLE_TIMEOUT: '2s',
  HSDOCTOR_UPLOAD_RESPONSE_TIMEOUT: '2s',
  HSDOCTOR_UPLOAD_RETRIES: '2',
  HSDOCTOR_UPLOAD_RETRY_DELAY: '20ms',
};

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
      XDG_STATE_HOME: join(this.#root, 'home', 'state'),
      XDG_CONFIG_HOME: join(this.#root, 'home', 'config'),
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
      IMMICH_INSTANCE_URL: this.server.url,
      IMMICH_API_KEY: this.server.key,
      NO_COLOR: '1',
      ...QUICK,
    };
  }

  /** In its home: what belongs to the working directory has no say. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    cwd = join(this.#root, 'home'),
    below = '',
  ) {
    return execa(process.execPath, [BIN, 'immich', 'upload', join(this.folder, below), ...args], {
      reject: false,
      cwd,
      env: { ...this.env, ...env },
    });
  }

  /** The same by a user to whom modes mean something. */
  startAsNobody(args: readonly string[]) {
    if (process.getuid?.() !== 0) return this.start(args);
    chmodSync(this.#root, 0o755);
    for (const folder of [this.folder, this.path('home')])
      execFileSync('chown', ['-R', '65534:65534', folder]);
    const command = [process.execPath, BIN, 'immich', 'upload', this.folder, ...args];
    return execa('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', ...command], {
      reject: false,
      env: this.env,
    });
  }

  /** One run as its user starts it, with its report. */
  async run(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    cwd?: string,
    below?: string,
  ) {
    const { stdout, stderr, exitCode } = await this.start(['--json', ...args], env, cwd, below);
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

/** Between two looks at whether something has come about. */
export const tick = () => new Promise((resolve) => setTimeout(resolve, 5));
