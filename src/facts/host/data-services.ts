import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_STORE } from './containers.ts';
import { JOBS_ENDED, STAGE } from './stages.ts';

/** Images by whose name a container is a database, a Redis, or Immich's server: for grep and awk as for JavaScript. */
export const SERVICE_IMAGES = {
  server: '(^|/)immich-server([:@]|$)',
  postgres: '(^|/)([a-z0-9_.-]*-)?(postgres(ql)?|pgvecto-rs|pgvector|vectorchord)([:@]|$)',
  redis: '(^|/)([a-z0-9_.-]*-)?(redis|valkey)(-stack|-stack-server|-bundle)?([:@]|$)',
} as const;

/** What a service in a running container answered when it was asked. */
export interface DataService {
  readonly container: string;
  readonly kind: keyof typeof SERVICE_IMAGES;
  /**
   * `silent`: it took the connection, or the question, and did not answer within the deadline; `no-process`: no program
   * of that kind runs in it; `not-asked`: a tool is missing.
   */
  readonly answer: 'answered' | 'silent' | 'refused' | 'no-process' | 'not-asked';
  readonly pid: number;
  /** Of its process, as in /proc: `S`, `T` where it was stopped, `D`. */
  readonly state: string;
  /** Where it was asked, within the network of the container: `127.0.0.1:6379`. */
  readonly address: string;
  /** The user and the groups that it runs as, as numbers of the host. */
  readonly user?: number;
  readonly groups?: readonly number[];
  /** Of Redis: its errors (`MISCONF ...`, `NOAUTH ...`), and what it says of its persistence. */
  readonly errors: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  /** The folder that it saves to. */
  readonly folder?: { readonly user: number; readonly group: number; readonly mode: number };
  /** Of Immich's server: how many connections it has to each port elsewhere. */
  readonly connections: Readonly<Record<string, number>>;
}

const DEADLINE_S = 3;

// Both only ask. A database is asked whether it speaks TLS, which it answers without a login or a line in its log.
const ASK_REDIS = String.raw`exec 3<>"/dev/tcp/$0/$1" || exit 9
printf "PING\r\nINFO persistence\r\nCONFIG GET save\r\nCONFIG GET dir\r\nQUIT\r\n" >&3
exec cat <&3`;
const ASK_POSTGRES = String.raw`exec 3<>"/dev/tcp/$0/$1" || exit 9
printf "\0\0\0\10\4\322\26\57" >&3
exec head -c 1 <&3`;

/** Of all that was answered, what is told; data of an application is none of it. */
const ANSWERED = String.raw`
{ sub(/\r$/, "") }
/^[+]PONG$/ { print "said pong" }
/^[SNE]$/ { print "said " $0 }
/^-/ { print "error", substr($0, 2, 160) }
/^(loading|rdb_last_bgsave_status|rdb_last_save_time|rdb_changes_since_last_save|aof_enabled|aof_last_write_status|aof_last_bgrewrite_status):/ { sub(":", " "); print "value", $0 }
/^(save|dir)$/ { key = $0; getline; getline value; sub(/\r$/, "", value); print "value", key, value }
/^asked [0-9]+$/ { print }`;

/** Connections that it made itself: those to a port on which it listens are others'. */
const CONNECTIONS = `
function number(hex, i, value) { value = 0
for (i = 1; i <= length(hex); i++) value = value * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
return value }
$4 == "0A" { split($2, here, ":"); listens[here[2]] }
$4 == "01" { split($2, here, ":"); split($3, there, ":"); local[++count] = here[2]; remote[count] = there[2] }
END {
for (i = 1; i <= count; i++) if (!(local[i] in listens)) to[number(remote[i])]++
for (port in to) if (++told <= 40) print "connected", port, to[port]
}`;

export const dataServices = defineProbe<readonly DataService[]>({
  id: 'data-services',
  reads:
    'each database and Redis in a container: whether it answers from the network of its container; the connections of Immich',
  root: true,
  tools: ['podman', 'awk'],
  // A store is made by podman where there is none.
  script: `${STAGE}
${FIND_STORE}
[ -d "$store" ] || exit 0
list=$(podman ps --no-trunc --format '{{.Names}} {{.Pid}} {{.Image}}') || exit
missing=
for tool in nsenter timeout bash; do command -v "$tool" >/dev/null 2>&1 || missing=$tool; done
# The process of the service: the first of the container, or another in the container's namespace.
process() {
read -r comm <"/proc/$1/comm" || return
case " $2 " in *" $comm "*) echo "$1"; return ;; esac
space=$(readlink "/proc/$1/ns/pid")
[ "$space" != "$(readlink /proc/1/ns/pid)" ] || return
for other in /proc/[0-9]*; do
read -r comm <"$other/comm" || continue
case " $2 " in *" $comm "*) if [ "$(readlink "$other/ns/pid")" = "$space" ]; then echo "\${other#/proc/}"; return; fi ;; esac
done
} 2>/dev/null
ask() {
[ -z "$missing" ] || { echo 'asked 127'; return; }
nsenter --target "$own" --net -- timeout -s KILL ${DEADLINE_S} bash -c "$question" "$host" "$port" 2>/dev/null
status=$?
printf '\\nasked %s\\n' "$status"
}
server() {
echo "service server $1 $2 -"
stage 1 cat "/proc/$2/net/tcp" "/proc/$2/net/tcp6" | stage 0 awk '${CONNECTIONS}'
}
# It names its process by where it listens: redis-server 10.88.0.4:6379
redis() {
own=$(process "$2" 'redis-server valkey-server')
[ -n "$own" ] || { echo "service redis $1 $2 -"; echo 'asked none'; return; }
host=127.0.0.1 port=6379
title=$(stage 1 tr '\\000' ' ' <"/proc/$own/cmdline")
set -- "$1" "$(printf '%s\\n' "$title" | stage 0 sed -n 's/.*[ *]\\([0-9.]*\\):\\([0-9][0-9]*\\) *$/\\1 \\2/p')"
case $2 in ?*) port=\${2##* } ;; esac
case $2 in [1-9]*) host=\${2%% *} ;; esac
# shellcheck disable=SC2016
question='${ASK_REDIS}'
running redis "$1"
case $title in *unixsocket:*) echo 'asked socket'; return ;; esac
answer=$(ask | stage 0 awk '${ANSWERED}')
printf '%s\\n' "$answer"
folder=$(printf '%s\\n' "$answer" | stage 0 sed -n 's/^value dir \\(\\/.*\\)/\\1/p')
[ -z "$folder" ] || stage 1 stat -L -c 'folder %u %g %a' "/proc/$own/root$folder"
}
postgres() {
own=$(process "$2" postgres)
[ -n "$own" ] || { echo "service postgres $1 $2 -"; echo 'asked none'; return; }
host=127.0.0.1 port=5432
written=$(stage 2 sed -n 4p "/proc/$own/cwd/postmaster.pid")
case $written in '' | *[!0-9]*) ;; *) port=$written ;; esac
# shellcheck disable=SC2016
question='${ASK_POSTGRES}'
running postgres "$1"
ask | stage 0 awk '${ANSWERED}'
}
running() {
echo "service $1 $2 $own $(sed -n 's/^State:[[:space:]]*\\(.\\).*/\\1/p' "/proc/$own/status")"
echo "address $host:$port"
stage 2 sed -n 's/^Uid:[[:space:]]*[0-9]*[[:space:]]*\\([0-9]*\\).*/user \\1/p; s/^Gid:[[:space:]]*[0-9]*[[:space:]]*\\([0-9]*\\).*/group \\1/p; s/^Groups:[[:space:]]*\\([0-9 ]*\\)/group \\1/p' "/proc/$own/status"
}
printf '%s\\n' "$list" | {
jobs=
while read -r name pid image; do
case $pid in '' | 0 | *[!0-9]*) continue ;; esac
kind=$(printf '%s\\n' "$image" | stage 0 awk -v server='${SERVICE_IMAGES.server}' -v postgres='${SERVICE_IMAGES.postgres}' -v redis='${SERVICE_IMAGES.redis}' '$0 ~ server { print "server" } $0 ~ postgres { print "postgres" } $0 ~ redis { print "redis" }')
# A block in one piece: several are asked at once.
case $kind in server | postgres | redis) { block=$("$kind" "$name" "$pid"; :) && printf '%s\\n' "$block"; } & jobs="$jobs $!" ;; esac
done
${JOBS_ENDED}
}`,
  parse(raw) {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `its script exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const blocks = raw.stdout
      .split(/^(?=service )/m)
      .filter((text) => text !== '')
      .map(lines);
    const found = blocks.map(serviceOf);
    if (raw.capped) return new PartialValue(found, 'the list of databases was truncated');
    const isAsked = ([head = '', ...rest]: readonly string[]) =>
      head.startsWith('service server ') || rest.some((line) => line.startsWith('asked '));
    const cut = found[blocks.findIndex((block) => !isAsked(block))];
    return cut === undefined ? found : new PartialValue(found, `what ${cut.container} answered is missing`);
  },
});

/** @throws where the block is none */
function serviceOf([head = '', ...rest]: readonly string[]): DataService {
  const [, kind, container, pid, state] =
    /^service (server|postgres|redis) (\S+) (\d+) (\S)$/.exec(head) ?? [];
  if (container === undefined) throw new Error('a line about a service is not understood');
  const all = (name: string) =>
    rest.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  const pairs = (name: string) =>
    all(name).map((text) => {
      const at = text.indexOf(' ');
      return at < 0 ? ([text, ''] as const) : ([text.slice(0, at), text.slice(at + 1)] as const);
    });
  const user = all('user').find((text) => /^\d+$/.test(text));
  const groups = all('group').flatMap((text) => text.split(' ').filter((each) => /^\d+$/.test(each)));
  const [, owner, group, mode] = /^(\d+) (\d+) ([0-7]+)$/.exec(all('folder')[0] ?? '') ?? [];
  return {
    container,
    kind: kind as DataService['kind'],
    answer: answerOf(all('asked')[0], [...all('said'), ...all('error')].length > 0, kind === 'server'),
    pid: Number(pid),
    state: state ?? '',
    address: all('address')[0] ?? '',
    ...(user === undefined ? {} : { user: Number(user), groups: groups.map(Number) }),
    errors: all('error'),
    values: Object.fromEntries(pairs('value')),
    ...(mode === undefined
      ? {}
      : { folder: { user: Number(owner), group: Number(group), mode: Number.parseInt(mode, 8) } }),
    connections: Object.fromEntries(pairs('connected').map(([port, count]) => [port, Number(count)])),
  };
}

const [KILLED, TERMINATED, REFUSED] = ['137', '143', '9'];

function answerOf(status: string | undefined, hasSaid: boolean, isServer: boolean): DataService['answer'] {
  if (isServer || hasSaid) return 'answered';
  if (status === 'none') return 'no-process';
  if (status === KILLED || status === TERMINATED || status === '124') return 'silent';
  // It took the connection and closed it without a word.
  return status === REFUSED || status === '0' ? 'refused' : 'not-asked';
}
