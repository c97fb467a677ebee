import type { Probe } from '../model/probe.ts';
import { quote } from '../text/shell.ts';

export interface ScriptOptions {
  /** A word that no output can contain by accident, new for every run: every frame begins with it. */
  readonly nonce: string;
  /** Milliseconds after which everything that still runs is killed. */
  readonly timeoutMs: number;
  /** journalctl's own option for the time window: `--boot`, or `--since=-3600s`. */
  readonly journalWindow: string;
}

/** Bytes of standard error that are kept of each probe. */
export const ERROR_LIMIT = 8192;

/*
 * How the script works. Each probe runs in a process group of its own, so that it can be killed with its children,
 * and writes into a file of a private folder; when it has ended it puts a line into a FIFO. The main shell reads
 * that FIFO, its only event loop, and is the only one that writes frames: they cannot interleave. The guard, a
 * group too, holds the timers and a reader of standard input, which the client keeps open: its end means that the
 * client is gone.
 *
 * The whole is one function, called on the last line: a script that arrives cut short runs nothing.
 */

// `head` bounds what a probe may print before it reaches the folder; the exit status goes through a file, because
// the status of a pipeline is that of its last command.
const WORKER = `
number=$1 limit=$2 text=$3
now=-
if [ -r /proc/uptime ]; then read -r now _ </proc/uptime; fi
began=$now
{ { (cd / && eval "$text") </dev/null 2>&4 3>&- 4>&-
echo "$?" >"$number.status"; } | head -c "$limit" >"$number.out"; } 4>&1 | head -c ${ERROR_LIMIT} >"$number.err"
read -r status <"$number.status"
if [ -r /proc/uptime ]; then read -r now _ </proc/uptime; fi
echo "done $number $status $began $now" >&3
`;

// The main shell ends the guard when it is done. It may hang in a write that nobody reads: then the guard, a second
// after its time, ends everything in its place, and at last its own group, which has the other timers.
const GUARD = `
main=$1 folder=$2
end() {
echo "$1" >&3
sleep 1
for file in *.group; do
read -r group <"$file" && kill -s KILL -- "-$group"
done
rm -f -- *
rmdir -- "$folder"
kill -s KILL "$main"
kill -s KILL -- "-$$"
}
(cat <&5 >/dev/null; end gone) &
exec 5<&-
`;

const SETUP = `
umask 077
LC_ALL=C LANG=C TZ=UTC PAGER=cat SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 NO_COLOR=1
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin:/opt/homebrew/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin
export LC_ALL LANG TZ PAGER SYSTEMD_PAGER SYSTEMD_COLORS NO_COLOR PATH journal_window
unset CDPATH ENV BASH_ENV CONTAINER_HOST CONTAINER_CONNECTION DOCKER_HOST
os=$(uname -s | tr '[:upper:]' '[:lower:]')
uid=$(id -u)
frame() { printf '\n#hsdoctor %s %s\n' "$nonce" "$*"; }
frame begin "$os" "$uid"
# Memory first: a full disk is one of the things that a doctor is called for.
for base in /dev/shm "$XDG_RUNTIME_DIR" "$TMPDIR" /tmp; do
folder=
if [ -d "$base" ] && [ -w "$base" ] && folder=$(mktemp -d "$base/hsdoctor.XXXXXX" 2>/dev/null); then break; fi
done
if [ -z "$folder" ] || ! cd "$folder" || ! mkfifo events; then
frame no-folder
frame end
exit 0
fi
exec 3<>events 5<&0
if command -v setsid >/dev/null 2>&1; then
in_own_group=setsid
else
in_own_group=
set -m
fi
pending=' '
start() {
$in_own_group sh -c "$worker" hsdoctor "$1" "$2" "$3" >/dev/null 2>&1 </dev/null 5<&- &
echo "$!" >"$1.group"
pending="$pending$1 "
}
stop() {
if read -r group <"$1.group"; then kill -s KILL -- "-$group" 2>/dev/null; fi
}
forget() {
others=' '
for other in $pending; do
if [ "$other" != "$1" ]; then others="$others$other "; fi
done
pending=$others
}
clean() {
for number in $pending; do stop "$number"; done
kill -s KILL -- "-$guard_group" 2>/dev/null
cd / && rm -f -- "$folder"/* && rmdir -- "$folder"
}
guard_group=
trap 'clean; exit 143' HUP INT TERM
# A handler, not "ignore": what is ignored is inherited, and then no closed pipe could end a probe.
trap : PIPE
probe() {
case " $2 " in
*" $os "*) ;;
*) frame result "$1" not-applicable "$os"; return ;;
esac
for tool in $3; do
if ! command -v "$tool" >/dev/null 2>&1; then
frame result "$1" not-installed "$tool"
return
fi
done
if [ "$4" = root ] && [ "$uid" != 0 ]; then
frame result "$1" denied
return
fi
start "$1" "$5" "$6"
}
`;

const LOOP = `
while [ "$pending" != ' ' ]; do
read -r event number status began ended <&3
case $event in
done)
case $pending in *" $number "*) ;; *) continue ;; esac
forget "$number"
# shellcheck disable=SC2046
set -- $(wc -c "$number.out" "$number.err")
frame result "$number" ran "$status" "$began" "$ended" "$1" "$3"
cat "$number.out" "$number.err"
frame stop "$number"
;;
late)
for late in $number $status $began $ended; do
case $pending in *" $late "*) ;; *) continue ;; esac
stop "$late"
forget "$late"
frame result "$late" timeout
done
;;
gone | over)
clean
exit 0
;;
esac
done
clean
frame end
exit 0
`;

/** A POSIX sh script that runs all the probes side by side and prints a frame for each as soon as it has ended. */
export function collectionScript(probes: readonly Probe[], options: ScriptOptions): string {
  return [
    'hsdoctor() {',
    `nonce=${quote(options.nonce)} journal_window=${quote(options.journalWindow)}`,
    `worker=${quote(WORKER)}`,
    `guard=${quote(GUARD + timers(probes, options.timeoutMs))}`,
    SETUP.trim(),
    ...slowestFirst(probes).map(
      (probe) =>
        `probe ${quote(probe.id)} ${quote(probe.platforms.join(' '))} ${quote(probe.tools.join(' '))} ` +
        `${probe.root ? 'root' : 'any'} ${probe.outputLimit} ${quote(probe.script)}`,
    ),
    '$in_own_group sh -c "$guard" hsdoctor "$$" "$folder" >/dev/null 2>&1 </dev/null &',
    'guard_group=$!',
    LOOP.trim(),
    '}',
    'hsdoctor',
    '',
  ].join('\n');
}

/** Podman takes its time, and most of it idle: what asks it begins first. */
function slowestFirst(probes: readonly Probe[]): readonly Probe[] {
  const { asking = [], others = [] } = Object.groupBy(probes, ({ script }) =>
    script.includes('podman ') ? 'asking' : 'others',
  );
  return [...asking, ...others];
}

function timers(probes: readonly Probe[], timeoutMs: number): string {
  const byLimit = Map.groupBy(probes, (probe) => Math.ceil(probe.timeLimitMs / 1000));
  const late = [...byLimit].map(
    ([seconds, of]) => `(sleep ${seconds}; echo "late ${of.map((p) => p.id).join(' ')}" >&3) &`,
  );
  return [...late, `(sleep ${Math.ceil(timeoutMs / 1000)}; end over) &`, 'wait'].join('\n');
}
