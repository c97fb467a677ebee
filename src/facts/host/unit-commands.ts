import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines, records } from '../../text/lines.ts';
import { END, untilEnd } from './ending.ts';
import { requireSystemd } from './systemd.ts';
import { FIND_UNITS } from './units.ts';

/** What the commands of one container unit say; only the words named here ever leave the host. */
export interface UnitCommands {
  readonly unit: string;
  /** Words of `--publish`: `100.79.80.95:2283:2283`. */
  readonly publishes: readonly string[];
  /** Files and folders of the host that are mounted or read as an environment file. */
  readonly files: readonly string[];
  readonly environmentFiles: readonly string[];
  readonly image?: string;
  /** The word of `--memory`, such as `2g`. */
  readonly memory?: string;
  readonly memorySwap?: string;
  /** The engines with which it runs or starts a container: `podman run`, `docker start`. */
  readonly runs: readonly string[];
  /** The containers that it starts, by name or id (`podman start plex`); empty where a variable tells it. */
  readonly starts?: readonly string[];
  /** It leaves a container behind that runs on: `podman run -d`, or `podman start` without `-a`. */
  readonly detached?: boolean;
  /** With these it starts several containers, whose names are elsewhere: `podman-compose`, `podman kube`. */
  readonly groups?: readonly string[];
  /** Neither its commands, nor the scripts and files that they name, name an engine: whatever it is called, it runs no container. */
  readonly runsNoEngine?: boolean;
  /** Files of the host that a variable named `…_FILE` hands to the program, which takes their whole content as the value. */
  readonly valueFiles: readonly string[];
  /** Its commands that name Tailscale; every word that tells nothing of a wait is an `x`. */
  readonly waitScripts: readonly string[];
}

// Command lines hold passwords (`--env POSTGRES_PASSWORD=…`): the host prints only words of these shapes. Two blanks
// part the words, because a match takes the one before it, and may take the one after it.
const WORDS =
  '(^| )(-[dit]*p|--publish|-v|--volume|--mount|--env-file|--memory|--memory-swap)[= ] ?[^ ]+' +
  '|(^| )(-e|--env)[= ] ?[A-Za-z0-9_]+_FILE=/[^ ]+' +
  '|(podman|docker) +(container +)?run( |$)|(^| )(-[dit]*d[dit]*|--detach)(=true)?( |$)' +
  '|(podman|docker) +(container +)?start( +-[^ ]+)*( +[A-Za-z0-9][A-Za-z0-9_.-]*)?( |$)' +
  '|(podman|docker)(-| +)(compose|kube|play)( |$)' +
  '|(^| )[a-z0-9.-]+\\.[a-z]+(:[0-9]+)?/[A-Za-z0-9._/-]+(:[A-Za-z0-9._-]+)?(@sha256:[0-9a-f]+)?( |$)';

// Still on the host: another program's `-p` is a password (`podman login -p …`), and what looks like an image may be an
// address with a key in it. What looks like the value of a password does not leave it either.
const SHAPED = `
{ gsub(/ +/, " "); sub(/^ /, ""); sub(/ $/, ""); value = $0; sub(/^[^= ]*[= ]/, "", value) }
/^(podman|docker) (container )?run$/ { image = 1; print $1 " run"; next }
image && /^(-[dit]+|--detach)(=true)?$/ { print "--detach"; next }
/^(-[dit]+|--detach)(=true)?$/ { next }
/^(podman|docker) (container )?start( |$)/ {
attached = $0 ~ / (-[a-z]*[ai][a-z]*|--attach|--interactive)( |$)/
print $1 " start" ($NF ~ /^-|^start$/ ? "" : " " $NF)
if (!attached) print "--detach"
next
}
/^(podman|docker)[- ](compose|kube|play)$/ { print; next }
/^-[dit]*p[= ]|^--publish[= ]/ {
if (value ~ /^([[][0-9a-fA-F:.]+[]]:|[0-9.]+:)?[0-9-]*:[0-9-]+(.[a-z]+)?$/ || value ~ /^[$][A-Za-z0-9_{}(.:-]+$/) print "-p " value
next
}
/^(-v|--volume)[= ]/ {
if (value ~ /^[.]?\\//) print "-v " value
split(value, part, ":"); host[part[2]] = part[1]
next
}
/^--mount[= ]/ { if (value ~ /(^|,)(source|src)=\\//) print; next }
/^--env-file[= ]/ { if (value ~ /^\\//) print; next }
/^--memory(-swap)?[= ]/ { if (value ~ /^(-1|[0-9]+[a-zA-Z]*)$/) print; next }
/^(-e|--env)[= ]/ { sub(/.*_FILE=/, ""); inside[$0]; next }
image { image = 0; print }
END { for (file in inside) if (file in host) print "value-file " host[file] }`;

const WAITING = [
  'until|while|for|in|do|done|if|then|elif|else|fi|case|esac|function|break|continue|exit|return|exec|true|false|set|errexit|nounset|pipefail|test|:',
  'sleep|seq|timeout|retry|watch|systemd-run|echo|printf|logger|e?grep|fgrep|rg|jq|cat|head|tail|cut|awk|sed|podman|docker',
  'ip|a|addr|address|show|dev|inet6?|ifconfig|hostname|wait|status|up|wait-online|tailscale0|tailscale',
  'BackendState|Running|Stopped|NeedsLogin|NoState|Starting|[.]BackendState|offline|stopped|[.]',
  '[0-9]|[0-9][0-9]|[0-9][0-9][0-9]|[0-9]+(ms|[smh])|1[.][.][0-9]+|0[.][0-9]+|100[.][0-9.]*|fd7a:[0-9a-f:]*',
  '-[A-Za-z0-9][A-Za-z0-9]?[A-Za-z0-9]?[A-Za-z0-9]?|--[a-z-]+|(ba|da)?sh',
].join('|');

// Still on the host: a script may hold passwords.
const SKELETON = String.raw`
function tell() { if (named) printf "script\n%s", script; named = continued = 0; script = "" }
/^#next$/ { tell(); next }
# systemd shows the words of a command without their quotes.
/^#argv / { tell(); sub(/^#argv /, "")
if (match($0, /(^|[ \/])(ba|da)?sh( -[a-z]+)* -[a-z]*c /)) {
start = substr($0, 1, RSTART + RLENGTH - 1); code = substr($0, RSTART + RLENGTH)
gsub(/\047/, "\047\\\\\047\047", code); $0 = start "\047" code "\047"
} }
/^#!.*sh.* -[a-z]*e/ { $0 = "set -e" }
/^[^#]*[Tt]ailscale/ { named = 1 }
{ sub(/^[ \t]*#.*/, ""); line = ""
while (match($0, /[A-Za-z0-9_.\/@:+,%-]+/)) {
word = substr($0, RSTART, RLENGTH)
if (word ~ /\/(tailscale|(ba|da)?sh)$/) sub(/.*\//, "", word)
line = line substr($0, 1, RSTART - 1) (word ~ /^(${WAITING})$/ ? word : "x")
$0 = substr($0, RSTART + RLENGTH)
}
line = line $0
gsub(/[^][ \tA-Za-z0-9_.\/:{}();&|<>!=$"\047\140*?~^\\#-]/, "?", line)
if (!continued) script = script "script "
continued = sub(/\\$/, "", line)
script = script line (continued ? "" : "\n") }
END { tell() }`;

/**
 * Sets `waiting` to the units that those of containers are ordered after, and that name Tailscale: to be started after one
 * that waits is to wait. Of a simple one it is not waited for that it has done what it does.
 */
const FIND_WAITING = String.raw`
waiting=
if [ -n "$units" ]; then
others=$({ printf '%s\n' $units $units; stage 0 systemctl show --property=After -- $units | stage 0 sed 's/^After=//' | stage 0 tr ' ' '\n' | stage 1 grep '[.]service$' | stage 0 sort -u; } | stage 0 sort | stage 0 uniq -u | stage 0 head -n 500)
[ -z "$others" ] || shown=$(stage 0 systemctl show --property=Id,Type,ExecStart,ExecStartPre -- $others)
[ -z "$others" ] || waiting=$(printf '%s\n' "$shown" | stage 0 awk '
{ if (match($0, /path=[^ ;]*/)) paths = paths " " substr($0, RSTART + 5, RLENGTH - 5) }
/[Tt]ailscale/ { named = 1 }
/^Id=/ { id = substr($0, 4) }
/^Type=/ { type = substr($0, 6) }
/^$/ { tell() }
END { tell() }
function tell() { if (id != "" && type !~ /^(simple|exec|idle)$/) print id, named + 0 paths; id = type = paths = ""; named = 0 }' |
while read -r id named paths; do
case $id in tailscaled.service) continue ;; esac
if [ "$named" = 1 ] || { [ -n "$paths" ] && stage 2 grep -a -q -i -s tailscale $paths; }; then echo "$id"; fi
done)
fi`;

/**
 * Looks through what a unit runs, and the scripts and other texts that are named there, for the name of an engine. A
 * program itself may have any word in it.
 */
const NO_ENGINE = String.raw`
names_engine() { stage 1 grep -aiqE '(^|[^A-Za-z0-9._-])(podman|docker|nerdctl)(-compose)?([^A-Za-z0-9._-]|$)'; }
is_program() { [ "$(head -c 4 "$1" | tr -d '\000\177')" = ELF ]; }
no_engine() {
argv=$(printf '%s\n' "$text" | stage 1 grep -a '^#argv ')
[ -n "$argv" ] || return 0
! printf '%s\n' "$argv" | names_engine || return 0
for file in $files; do [ -f "$file" ] || return 0; done
for file in $files $(printf '%s\n' "$text" | stage 0 tr -cs 'A-Za-z0-9._/@+:,=-' '\n' | stage 1 grep -a '^/' | stage 0 sort -u | stage 0 head -n 100); do
[ -f "$file" ] || continue
[ -r "$file" ] || return 0
is_program "$file" && continue
! stage 1 head -c 65536 "$file" | names_engine || return 0
done
echo runs-no-engine
}`;

const waitScriptsIn = (block: string) =>
  block
    .split(/^script\n/m)
    .slice(1)
    .map((script) => [...script.matchAll(/^script (.*)$/gm)].map(([, line]) => line).join('\n'));

/** Older bundles have no more of it than that it asks Tailscale, and that there is a loop somewhere. */
function oldWaitScript(words: readonly string[]): string[] {
  const asks = words.filter((word) => /^tailscale +(?:ip|wait|status)$/.test(word));
  return asks.length === 0 ? [] : [[...(words.includes('loop') ? ['until x'] : []), ...asks].join('\n')];
}

export const unitCommands = defineProbe<readonly UnitCommands[]>({
  id: 'unit-commands',
  reads: 'the start commands of the container units: ports, mounts, image, memory limit, waiting',
  tools: ['systemctl', 'awk', 'grep', 'sed'],
  outputLimit: 4_000_000,
  script: `set -f
${FIND_UNITS}
${NO_ENGINE}
${FIND_WAITING}
for unit in $units $waiting; do
echo "unit $unit"
shown=$(systemctl show --property=ExecStart --property=ExecStartPre -- "$unit") || { echo "unreadable the start command of $unit" >&2; continue; }
files=$(printf '%s\\n' "$shown" | stage 0 sed -n 's/.*{ path=\\([^ ;]*\\) .*/\\1/p')
text=$(printf '%s\\n' "$shown" | stage 0 sed -n 's/.*argv\\[\\]=\\(.*\\) ; ignore_errors.*/#argv \\1/p'
for file in $files; do
case $file in */podman | */docker | */sh | */bash) ;; *) if [ -r "$file" ]; then echo '#next'; stage 1 head -c 65536 "$file"; else echo "unreadable $file" >&2; fi ;; esac
done)
case $text in *[Tt]ailscale*) printf '%s\\n' "$text" | stage 0 awk '${SKELETON}' ;; esac
words=$(printf '%s\\n' "$text" | stage 0 sed 's/^#argv //; /^[[:space:]]*#/d' | stage 0 tr '\\n\\t' '  ' | stage 0 tr -d "\\\\\\\\'\\"" | stage 0 sed 's/  */  /g' | stage 1 grep -aoE -e '${WORDS}' | awk '${SHAPED}') || echo "unreadable the start command of $unit" >&2
[ -z "$words" ] || printf '%s\\n' "$words"
case $words in *podman* | *docker*) ;; *) no_engine ;; esac
done
${END}`,
  parse: untilEnd((raw) => {
    requireSystemd(raw);
    const found: UnitCommands[] = [];
    for (const block of records(raw.stdout, /^unit /m).slice(1)) {
      const [unit = '', ...words] = lines(block).map((line) => line.trim());
      const option = (...names: string[]) =>
        words.flatMap((word) => {
          const at = word.search(/[= ]/);
          return at > 0 && names.includes(word.slice(0, at)) ? [word.slice(at + 1)] : [];
        });
      const environmentFiles = option('--env-file');
      const image = words.find((word) => /^[a-z0-9.-]+\.[a-z]+(:\d+)?\/\S+$/.test(word));
      const starts = words.flatMap((word) => /^(?:podman|docker) start ?(\S*)$/.exec(word)?.[1] ?? []);
      const groups = words.filter((word) => /^(?:podman|docker)[- ](?:compose|kube|play)$/.test(word));
      const memory = option('--memory').at(-1);
      const memorySwap = option('--memory-swap').at(-1);
      found.push({
        unit,
        publishes: option('-p', '--publish'),
        files: [
          // Without a colon it is a path in the container, or was cut off at a blank.
          ...option('-v', '--volume').flatMap((word) => /^([^:]+):/.exec(word)?.[1] ?? []),
          ...option('--mount').flatMap((word) => /(?:source|src)=([^,]+)/.exec(word)?.[1] ?? []),
          ...environmentFiles,
        ].filter((file) => file.startsWith('/')),
        environmentFiles,
        valueFiles: option('value-file'),
        ...(image === undefined ? {} : { image }),
        ...(memory === undefined ? {} : { memory }),
        ...(memorySwap === undefined ? {} : { memorySwap }),
        runs: words.flatMap((word) => /^(podman|docker) +(?:run|start(?: .*)?)$/.exec(word)?.[1] ?? []),
        ...(starts.length === 0 ? {} : { starts }),
        ...(words.includes('--detach') ? { detached: true } : {}),
        ...(groups.length === 0 ? {} : { groups }),
        ...(words.includes('runs-no-engine') ? { runsNoEngine: true } : {}),
        waitScripts: [...waitScriptsIn(block), ...oldWaitScript(words)],
      });
    }
    const unreadable = /^unreadable (.*)$/m.exec(raw.stderr);
    if (unreadable !== null) return new PartialValue(found, `${unreadable[1]} cannot be read`);
    return raw.capped ? new PartialValue(found, 'the list of commands was truncated') : found;
  }),
});
