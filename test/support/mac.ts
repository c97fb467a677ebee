import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { collectThroughShell } from '../../src/collect/shell.ts';
import type { Collection, CollectOptions, Target } from '../../src/collect/target.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { runChecks, timeWindow } from '../../src/engine/check.ts';
import type { Probe, RawResult } from '../../src/model/probe.ts';
import type { Report, TargetReport } from '../../src/model/report.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const LABEL = 'com.example.folder-action.upload-immich';
export const SCRIPT = '.local/bin/upload-immich.sh';
export const WATCHED = 'FolderActions/upload-immich';
export const OUT = 'Library/Logs/folder-actions/upload-immich.log';
export const ERROR = 'Library/Logs/folder-actions/upload-immich.error.log';
export const API_KEY = '.config/immich/api-key';
export const PUSHOVER = '.config/pushover/immich';
export const URL = 'http://100.101.102.103:2283';

const real = (program: string) =>
  execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();

type PlistValue = string | number | boolean | readonly string[] | { readonly [key: string]: PlistValue };

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function xmlOf(value: PlistValue): string {
  if (typeof value === 'string') return `<string>${escaped(value)}</string>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>';
  if (Array.isArray(value)) return `<array>\n${value.map((item) => `\t${xmlOf(item)}\n`).join('')}</array>`;
  const items = Object.entries(value).map(
    ([key, item]) => `\t<key>${escaped(key)}</key>\n\t${xmlOf(item)}\n`,
  );
  return `<dict>\n${items.join('')}</dict>`;
}

const plistXml = (settings: Readonly<Record<string, PlistValue>>) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${xmlOf(settings)}
</plist>
`;

/** What `launchctl print` tells of an agent that rests. */
const RESTING = { state: 'not running', runs: '7', 'last exit code': '0' };

interface Process {
  readonly pid: number;
  readonly startedAt: number;
  readonly command: string;
}

/**
 * A folder that looks like a Mac to the probes: a home, and stand-ins for the programs of macOS that behave as those
 * do, in their options too. As it is made, its upload agent is loaded, rests, and has succeeded.
 */
export class TestMac {
  readonly folder = mkdtempSync(join(tmpdir(), 'hsdoctor-mac-'));
  readonly home = join(this.folder, 'home');
  readonly now = Math.floor(Date.now() / 1000) * 1000;
  readonly #processes: Process[] = [];

  constructor() {
    for (const folder of ['state/services', 'tmp', 'LaunchAgents', `home/${WATCHED}`])
      mkdirSync(join(this.folder, folder), { recursive: true });
    for (const [name, text] of Object.entries(standIns(this.folder))) this.program(name, text);
    this.agent();
    this.service(LABEL);
    this.session(true);
    this.#processesChanged();
    this.pings('{"res":"pong"}');
    this.file(
      SCRIPT,
      `#!/bin/sh
. "$HOME/${API_KEY}"
. "$HOME/${PUSHOVER}"
bunx @immich/cli@2.5.6 upload "$HOME/${WATCHED}"
`,
      { mode: 0o755 },
    );
    this.file(API_KEY, 'IMMICH_API_KEY=canary-api-key\n', { mode: 0o400 });
    this.file(PUSHOVER, 'PUSHOVER_TOKEN=canary-token\nPUSHOVER_USER=canary-user\n', { mode: 0o400 });
    this.log(
      [3.5 * HOUR, '업로드 시작'],
      [3.5 * HOUR - MINUTE, 'Successfully uploaded 12 new assets'],
      [3.5 * HOUR - MINUTE, '완료'],
    );
    this.file(ERROR, '', { age: 2 * HOUR });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A file of the home. */
  file(path: string, text: string, { mode = 0o644, age = 0 } = {}): string {
    const file = this.#write(`home/${path}`, text, mode);
    this.#age(file, age);
    return file;
  }

  link(path: string, target: string): void {
    rmSync(join(this.home, path), { force: true });
    symlinkSync(target, join(this.home, path));
  }

  without(path: string): void {
    rmSync(join(this.home, path), { recursive: true, force: true });
  }

  /** The property list of an agent, XML or, as far as the stand-in for plutil can tell, binary. */
  agent(
    over: Readonly<Record<string, PlistValue>> = {},
    { name = LABEL, binary = false, text = Buffer.from('hsdoctor') } = {},
  ): string {
    const { EnvironmentVariables, ...rest } = over;
    const xml = plistXml({
      Label: name,
      ProgramArguments: ['/bin/sh', '-c', `/bin/wait4path /nix/store && exec ${join(this.home, SCRIPT)}`],
      WatchPaths: [join(this.home, WATCHED)],
      StandardOutPath: join(this.home, OUT),
      StandardErrorPath: join(this.home, ERROR),
      EnvironmentVariables: {
        HOME: this.home,
        PATH: '/usr/bin:/bin',
        // Another job has nothing to do with Immich.
        ...(name.startsWith('com.ann.') ? {} : { IMMICH_INSTANCE_URL: URL }),
        ...(EnvironmentVariables as object),
      },
      TimeOut: 1800,
      ...rest,
    });
    const file = `home/Library/LaunchAgents/${name}.plist`;
    if (binary) this.#write(`state/${name}.plist.xml`, xml);
    return this.#write(file, binary ? Buffer.concat([Buffer.from('bplist00\u00d1_'), text]) : xml);
  }

  /** What launchd knows of a label; null for nothing. */
  service(label: string, over: Readonly<Record<string, string | undefined>> | null = {}): void {
    const file = `state/services/${label}`;
    if (over === null) {
      rmSync(join(this.folder, file), { force: true });
      return;
    }
    const { path = `${this.home}/Library/LaunchAgents/${label}.plist`, ...others } = over;
    const properties = Object.entries({ ...RESTING, ...others })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `\t${key} = ${value}\n`)
      .join('');
    const text = `gui/501/${label} = {
\tactive count = 0
\tpath = ${path}
\ttype = LaunchAgent
${properties}
\tenvironment = {
\t\tstate = canary-launchctl-environment
\t\tIMMICH_API_KEY => canary-launchctl-key
\t}

\tspawn type = daemon (3)

\tresource coalition = {
\t\tstate = active
\t\tlast exit code = 99
\t}
}
`;
    this.#write(file, text);
  }

  /** A program of the Mac that behaves in another way. */
  program(name: string, text: string): void {
    this.#write(`bin/${name}`, `#!/bin/sh\n${text}\n`, 0o755);
  }

  /** Puts a stand-in aside for one that is to call it. */
  stand(name: string): string {
    const aside = join(this.folder, `state/${name}`);
    renameSync(join(this.folder, `bin/${name}`), aside);
    return aside;
  }

  /** The program of this machine. */
  real(name: string): string {
    return real(name);
  }

  disable(label: string): void {
    this.#write('state/disabled', `\t"${label}" => disabled\n`);
  }

  /** Whether the user is logged in at the screen. */
  session(there: boolean): void {
    if (there) this.#write('state/session', '');
    else rmSync(join(this.folder, 'state/session'));
  }

  process(pid: number, age: number, command: string): void {
    this.#processes.push({ pid, startedAt: this.now - age, command });
    this.#processesChanged();
  }

  /** A run of the agent that goes on. */
  running(pid: number, age: number): void {
    this.process(pid, age, `/bin/sh ${join(this.home, SCRIPT)}`);
    this.service(LABEL, { state: 'running', pid: String(pid) });
  }

  /** Lines of the log, each with its age, in the time of the Mac, which is nine hours ahead of UTC. */
  log(...lines: readonly (readonly [number, string])[]): void {
    this.file(OUT, this.logText(...lines), { age: lines.at(-1)?.[0] ?? 0 });
  }

  logText(...lines: readonly (readonly [number, string])[]): string {
    const text = lines.map(([age, line]) => {
      const local = new Date(this.now - age + 9 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
      return `[${local}] ${line}\n`;
    });
    return text.join('');
  }

  /** A lock below /tmp, of that age. */
  lock(path: string, text: string, age: number): void {
    this.#age(this.#write(`tmp/${path}`, text, 0o600), age);
  }

  /** That a lock is of another user. */
  foreign(path: string): void {
    this.#write(`state/owners/${path}`, '502\n');
  }

  /** How the server answers curl: its body and HTTP status, or the exit status of curl. */
  pings(body: string, { status = 200, exit = 0 } = {}): void {
    this.#write('state/curl', body);
    this.#write('state/curl.status', `${exit} ${status}`);
  }

  get env(): Readonly<Record<string, string>> {
    return { PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`, HOME: this.home };
  }

  /** For a process of hsdoctor that looks at this very machine: it sees the locks of this Mac, and no others. */
  get localEnv(): Readonly<Record<string, string>> {
    const paths = ['upload-immich', 'hsdoctor-upload'].map(
      (name) => `s,/tmp/${name},${this.folder}/tmp/${name},g`,
    );
    const sh = this.real('sh');
    const path = join(this.folder, 'local', 'sh');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      `#!${sh}\n[ "$*" = -s ] || exec ${sh} "$@"\nsed -u '${paths.join(';')}' | ${sh} -s\n`,
      { mode: 0o755 },
    );
    return { ...this.env, PATH: `${dirname(path)}:${this.env.PATH}` };
  }

  /** The collection as a shell makes it, with the paths of a Mac. */
  async collect(
    shell: readonly string[],
    probes: readonly Probe[],
    options: CollectOptions,
  ): Promise<Collection> {
    const there = probes.map((probe) => ({
      ...probe,
      script: probe.script
        .replaceAll('/tmp/upload-immich', `${this.folder}/tmp/upload-immich`)
        .replaceAll('/tmp/hsdoctor-upload', `${this.folder}/tmp/hsdoctor-upload`)
        .replaceAll(' /Library/LaunchAgents/', ` ${this.folder}/LaunchAgents/`),
    }));
    const env = Object.entries(this.env).map(([name, value]) => `${name}=${value}`);
    const command = ['env', ...env, 'SUDO_USER=', ...shell] as unknown as [string];
    const collection = await collectThroughShell(
      command,
      there,
      options,
      (code, stderr) => `${code}: ${stderr}`,
    );
    const results = new Map([...collection.results].map(([id, raw]) => [id, this.#asThere(raw)]));
    return { ...collection, results, local: true };
  }

  #asThere(raw: RawResult): RawResult {
    const plain = (text: string) =>
      text.replaceAll(this.home, '/Users/ann').replaceAll(this.folder, '').replaceAll(/^\s+$/g, '');
    return raw.outcome === 'ran' ? { ...raw, stdout: plain(raw.stdout), stderr: plain(raw.stderr) } : raw;
  }

  /** What the whole run makes of it. */
  report(shell: readonly string[] = ['sh', '-s'], sinceMs?: number): Promise<Report> {
    const target: Target = {
      name: 'macbook',
      kind: 'local',
      collect: (probes, options) => this.collect(shell, probes, options),
    };
    return runChecks([target], checks, { ...DEFAULTS, ...timeWindow(sinceMs), version: '0' });
  }

  async check(shell?: readonly string[]): Promise<TargetReport> {
    const { targets } = await this.report(shell);
    return targets[0] as TargetReport;
  }

  #processesChanged(): void {
    const lines = this.#processes.map(({ pid, startedAt, command }) => {
      const [, day, month, date, year, time] =
        /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/
          .exec(new Date(startedAt).toUTCString())
          ?.map((word, n) => (n === 0 ? '' : word)) ?? [];
      return `${pid}|${day} ${date} ${String(Number(month)).padStart(2)} ${time} ${year}|${command}\n`;
    });
    this.#write('state/processes', lines.join(''));
  }

  #write(path: string, text: string | Buffer, mode = 0o644): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  #age(file: string, age: number): void {
    const at = new Date(this.now - age);
    utimesSync(file, at, at);
  }
}

function standIns(folder: string): Readonly<Record<string, string>> {
  const state = `'${folder}/state'`;
  return {
    uname: 'case $1 in -s) echo Darwin ;; -n) echo macbook.local ;; -r) echo 24.3.0 ;; *) exit 1 ;; esac',
    sw_vers: 'case $1 in -productName) echo macOS ;; -productVersion) echo 15.3.1 ;; *) exit 1 ;; esac',
    id: 'case "$*" in -u) echo 501 ;; -un) echo ann ;; *) exit 1 ;; esac',
    date: `if [ "$1" = +%z ] && [ -z "\${TZ+set}" ]; then echo +0900; else exec ${real('date')} "$@"; fi`,
    // The option of GNU is none of macOS. Nobody can set the time of an inode's last change: the time of its content stands for it.
    stat: `follow=
if [ "$1" = -L ]; then follow=-L; shift; fi
if [ "$1" != -f ]; then echo "stat: illegal option -- \${1#-}" >&2; exit 1; fi
format=$(printf '%s' "$2" | sed 's/%Lp/%a/; s/%z/%s/; s/%m/%Y/; s/%c/%Y/; s/%N/%n/')
# All of it is the user's, who is another one here, other than what is said to be of somebody else.
for file; do :; done
if [ "$format" = %u ]; then cat ${state}/owners/"$(basename "$file")" 2>/dev/null || echo 501; exit; fi
shift 2
exec ${real('stat')} $follow -c "$format" "$@"`,
    ps: `print() { while IFS='|' read -r pid start command; do if [ -z "$2" ] || [ "$2" = "$pid" ]; then found=1; eval "echo \\"$1\\""; fi; done <${state}/processes; }
found=
case "$*" in
"-o lstart= -p "*) print '$start    ' "\${*##* }"; [ -n "$found" ] ;;
'-ax -o pid= -o lstart= -o command=') print '  $pid $start     $command' | cut -c 1-79 ;;
'-axww -o pid= -o lstart= -o command=') printf '%s\\n' '    1 Mon Mar  9 22:00:00 2026     /sbin/launchd'; print '  $pid $start     $command' ;;
*) echo "ps: illegal option" >&2; exit 1 ;;
esac`,
    ls: `case "$*" in */Desktop*) echo "ls: Desktop: Operation not permitted" >&2; exit 1 ;; esac
exec ${real('ls')} "$@"`,
    plutil: `if [ "$1 $2 $3 $4" != '-convert xml1 -o -' ]; then exit 1; fi
case $(head -c 8 "$5") in
bplist00) exec cat ${state}/"$(basename "$5").xml" ;;
esac
if tail -n 1 "$5" | grep -q '</plist>'; then exec cat "$5"; fi
echo "$5: Property List error: Encountered unexpected EOF at line 3 / JSON error: garbage at end" >&2
exit 1`,
    launchctl: `cd ${state}/services || exit
case $1 in bootstrap | bootout | enable | kickstart) echo "$*" >>../launchctl-calls ;; esac
refuse() { printf '%s\\nTry re-running the command as root for richer errors.\\n' "$1" >&2; exit "$2"; }
missing() { printf 'Bad request.\\nCould not find %s in domain for user gui: 501\\n' "$1" >&2; exit "$2"; }
case "$1 $2" in
'print gui/501')
[ -e ../session ] || missing domain 125
printf 'gui/501 = {\\n\\ttype = login\\n\\tservices = {\\n'
for label in *; do printf '\\t\\t       0      - \\t%s\\n' "$label"; done
printf '\\t}\\n}\\n' ;;
'print gui/501/'*) [ -e "\${2#gui/501/}" ] || missing "service \\"\${2#gui/501/}\\"" 113; cat "\${2#gui/501/}" ;;
'print-disabled gui/501') printf 'disabled services = {\\n\\t"com.example.other" => enabled\\n'; cat ../disabled 2>/dev/null; printf '}\\n' ;;
'bootstrap gui/501')
[ -e ../session ] || refuse 'Bootstrap failed: 125: Domain does not support specified action' 125
label=$(sed -n '/<key>Label</{n;s/.*<string>\\(.*\\)<.*/\\1/p;}' "$3")
if [ -z "$label" ] || [ -e "$label" ] || grep -qs "\\"$label\\" => disabled" ../disabled || [ -e ../refuses ]; then refuse 'Bootstrap failed: 5: Input/output error' 5; fi
printf 'gui/501/%s = {\\n\\tpath = %s\\n\\tstate = not running\\n\\truns = 0\\n\\tlast exit code = (never exited)\\n}\\n' "$label" "$3" >"$label" ;;
'bootout gui/501/'*) [ -e "\${2#gui/501/}" ] || refuse 'Boot-out failed: 3: No such process' 3; rm "\${2#gui/501/}" ;;
'enable gui/501/'*) sed -i "/\\"\${2#gui/501/}\\"/d" ../disabled ;;
'list ') printf 'PID\\tStatus\\tLabel\\n'; for label in *; do printf -- '-\\t0\\t%s\\n' "$label"; done ;;
*) exit 64 ;;
esac`,
    curl: `case " $* " in *' -K - '*) cat >/dev/null ;; *) exit 2 ;; esac
read -r exit status <${state}/curl.status
if [ "$exit" != 0 ]; then echo "curl: ($exit) Failed to connect" >&2; status=000; else cat ${state}/curl; fi
printf '\\n#status %s' "$status"
exit "$exit"`,
  };
}
