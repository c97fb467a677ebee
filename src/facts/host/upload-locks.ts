import { defineProbe, PartialValue } from '../../model/probe.ts';
import { type LockToken, parseLock } from '../../model/upload-lock.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, FIND_USER, oddNames, requireEnd, startTime } from './launchd.ts';

interface Process {
  readonly pid: number;
  readonly startedAt?: number;
}

export interface UploadLock {
  readonly path: string;
  /** A file, as old scripts make it, a folder with a file that tells the owner, or hsdoctor's own. */
  readonly form: 'file' | 'folder' | 'own';
  /** Of a folder: whether the file that tells the owner is in it. */
  readonly hasToken: boolean;
  /** It is what it seems, no link to it, and of the user whose agents these are, with all that is read of it. */
  readonly isOurs: boolean;
  readonly state: 'read' | 'unreadable';
  readonly madeAt: number;
  /** Of its owner, where it tells one. */
  readonly pid?: number;
  /** What is uploaded under it, where it tells that. */
  readonly folder?: string;
  /** The process that has this id now. Under hsdoctor's own lock it is an upload if it has the start that the lock tells. */
  readonly owner?: Process & {
    readonly isUpload: boolean;
    /** By its command line, and under hsdoctor's own lock by its start as well. */
    readonly isProven: boolean;
    readonly command: string;
  };
}

export interface UploadLocks {
  readonly locks: readonly UploadLock[];
  /** All processes that upload. */
  readonly uploading: readonly Process[];
}

// What a process is given on its command line stays on the host: only the name of its program is printed.
const PROCESSES = String.raw`
$1 == 1 { print "#first" }
{
pid = $1; start = $2 " " $3 " " $4 " " $5 " " $6
n = 7
if ($n ~ /(^|\/)-?(ba|da|z)?sh$/) { n++; while ($n ~ /^-/) n++ }
upload = $n ~ /upload-immich[^\/]*$/ && $n !~ /[.](log|plist|lock)$/
rest = $0
for (skipped = 1; skipped < n; skipped++) sub(/^ *[^ ]+ +/, "", rest)
many = split(programs, program, "\t")
for (each = 1; each <= many; each++) if (program[each] != "" && index(rest, program[each]) == 1) upload = 1
if ($0 ~ /[ \/](hsdoctor|run[.]js) +immich +upload( |$)/) upload = 1
command = $7
if (upload) print "#upload " pid " " start
# Of the owner of a lock it has to be certain: what only mentions the script may be an upload, behind a path with spaces.
line = $0
gsub(/[^ ]*upload-immich[^ ]*[.](log|plist|lock)[^ ]*/, "", line)
if (line ~ /upload-immich/) upload = 1
for (each = 1; each <= many; each++) if (program[each] != "" && index(line, program[each])) upload = 1
if (index(wanted, " " pid " ")) print "#process " pid " " (upload ? "upload" : "other") " " start " " command
}`;

export const uploadLocks = defineProbe<UploadLocks>({
  id: 'upload-locks',
  reads:
    '/tmp/upload-immich.lock, /tmp/upload-immich.lock.d, /tmp/hsdoctor-upload-*.lock and ps: who holds the lock of the upload',
  platforms: ['darwin'],
  tools: ['ps', 'stat', 'awk'],
  script: `${FIND_USER}${FIND_AGENTS}
is_ours() { [ ! -L "$1" ] && [ "$(stat -f %u "$1")" = "$uid" ]; }
add_program() { uses_hsdoctor || programs="$programs$(program | grep '^/')$tab"; }
programs='' tab=$(printf '\\t')
for_each_agent add_program
pids=' '
for lock in /tmp/upload-immich.lock /tmp/upload-immich.lock.d; do
[ -e "$lock" ] || [ -L "$lock" ] || continue
form='file' owner=$lock ours=other
if [ -d "$lock" ]; then
form=folder
if [ -e "$lock/owner.token" ]; then form=token owner=$lock/owner.token; fi
fi
if is_ours "$lock" && is_ours "$owner"; then ours=ours; fi
state=read pid=
if [ ! -r "$owner" ] || [ ! -r "$lock" ]; then state=unreadable
elif [ -f "$owner" ]; then
pid=$(sed -n -e 's/^[[:space:]]*\\(pid=\\)*\\([0-9][0-9]*\\)[[:space:]]*$/\\2/p' "$owner" | head -n 1)
fi
# The run may have ended, and its lock be gone, since the first look.
made=$(stat -f %m "$owner") || continue
print_line "#lock $form $state $ours $made \${pid:--} $lock"
pids="$pids$pid "
done
odd=0
for lock in /tmp/hsdoctor-upload-*.lock; do
[ -e "$lock" ] || [ -L "$lock" ] || continue
# Everybody may make a file there, of a name that passes for several lines.
if is_odd "$lock"; then odd=$((odd + 1)); continue; fi
state='read' told='' ours=other
if is_ours "$lock" && [ -f "$lock" ]; then ours=ours; fi
# A link, and whatever is not of five lines, may lead to what is nobody's business.
if [ -L "$lock" ]; then :
elif [ ! -r "$lock" ]; then state=unreadable
elif [ -f "$lock" ] && [ $(($(head -c 65536 "$lock" | wc -l))) = 5 ]; then
told=$(head -c 65536 "$lock" | grep -aE '^(pid|proc_start|nonce|started_at|folder)=')
fi
made=$(stat -f %m "$lock") || continue
print_line "#lock own $state $ours $made - $lock"
[ -z "$told" ] || printf '%s\\n' "$told" | sed 's/^/#own /'
pids="$pids$(printf '%s\\n' "$told" | sed -n 's/^pid=\\([0-9][0-9]*\\)$/\\1/p' | head -n 1) "
done
print_line "#odd $odd"
# One keyword an option: behind an equals sign macOS takes the rest of the word for the heading.
# Without the width, some versions cut the line, and with it the name of the script.
listed=$(ps -axww -o pid= -o lstart= -o command=) || exit
printf '%s\\n' "$listed" | awk -v programs="$programs" -v wanted="$pids" '${PROCESSES}'
${END}`,
  parse(raw) {
    requireEnd(raw);
    if (!/(?<![^\n])#first(?![^\n])/.test(raw.stdout))
      throw new Error('ps does not list process 1, so it hides other processes too');
    const all = lines(raw.stdout);
    const processes = all.flatMap(processIn);
    const locks = all.flatMap((line, n) => lockIn(line, all, n, processes));
    const holding = locks.flatMap(({ form, owner }) => (form === 'own' && owner?.isUpload ? [owner] : []));
    const uploading = processes.filter(({ of }) => of === 'upload');
    const odd = Number(/(?<![^\n])#odd (\d+)(?![^\n])/.exec(raw.stdout)?.[1] ?? 0);
    const value = {
      locks,
      uploading: [
        ...uploading.map(({ pid, started }) => ({ pid, ...started })),
        ...holding.filter((owner) => uploading.every(({ pid }) => pid !== owner.pid)),
      ],
    };
    return odd === 0 ? value : new PartialValue(value, oddNames(odd, 'lock in /tmp', 'locks in /tmp'));
  },
});

interface ListedProcess {
  readonly of: 'upload' | 'process';
  readonly pid: number;
  readonly isUpload: boolean;
  readonly command: string;
  readonly started: { readonly startedAt?: number };
}

function processIn(line: string): ListedProcess[] {
  const match = /^#(upload|process) (\d+) (?:(upload|other) )?(\w+ \w+ +\d+ [\d:]+ \d+)(?: ([\s\S]*))?$/.exec(
    line,
  );
  if (match === null) return [];
  const startedAt = startTime(match[4] ?? '');
  return [
    {
      of: match[1] as ListedProcess['of'],
      pid: Number(match[2]),
      isUpload: match[3] === 'upload',
      command: match[5] ?? '',
      started: startedAt === undefined ? {} : { startedAt },
    },
  ];
}

/** The lock that a line tells of, with its token, which stands in the lines behind it. */
function lockIn(
  line: string,
  all: readonly string[],
  n: number,
  processes: readonly ListedProcess[],
): UploadLock[] {
  const match = /^#lock (file|folder|token|own) (read|unreadable) (ours|other) (\d+) (\d+|-) (.*)$/.exec(
    line,
  );
  if (match === null) return [];
  const token = match[1] === 'own' ? tokenAt(all, n + 1) : undefined;
  const pid = token?.pid ?? (match[5] === '-' ? undefined : Number(match[5]));
  const owner = processes.find((process) => process.of === 'process' && process.pid === pid);
  return [
    {
      form: match[1] === 'token' ? 'folder' : (match[1] as UploadLock['form']),
      hasToken: match[1] === 'token',
      isOurs: match[3] === 'ours',
      state: match[2] as UploadLock['state'],
      madeAt: Number(match[4]) * 1000,
      path: match[6] ?? '',
      ...(pid === undefined ? {} : { pid }),
      ...(token === undefined ? {} : { folder: token.folder }),
      ...(owner === undefined ? {} : { owner: ownerOf(owner, token) }),
    },
  ];
}

function ownerOf(
  { pid, started, isUpload, command }: ListedProcess,
  token: LockToken | undefined,
): NonNullable<UploadLock['owner']> {
  if (token === undefined) return { pid, ...started, isUpload, isProven: isUpload, command };
  const told = startTime(token.procStart);
  const { startedAt } = started;
  // In doubt it is the owner, whose lock nobody takes; that it is an upload, and may be ended, has to be proven.
  const isOwner = told === undefined || startedAt === undefined || told === startedAt;
  const isProven = isUpload && told !== undefined && told === startedAt;
  return { pid, ...started, isUpload: isOwner, isProven, command };
}

/** What hsdoctor's own lock says, from the line behind its name on. */
function tokenAt(all: readonly string[], from: number): LockToken | undefined {
  let end = from;
  while (all[end]?.startsWith('#own ')) end++;
  const told = all.slice(from, end).map((line) => `${line.slice('#own '.length)}\n`);
  return parseLock(told.join(''));
}
