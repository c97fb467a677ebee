/** What came back of one question to a name server. */
export type DnsAnswer =
  | {
      /** Of DNS itself: 0 is an answer, 2 a server failure, 3 no such name, 5 refused. */
      readonly code: number;
      readonly addresses: number;
    }
  /** Nothing in time; nothing listens there; no route leads there. */
  | 'silent'
  | 'closed'
  | 'unreachable';

/** Name servers of a resolv.conf that are asked: a resolver of the C library asks no more. */
export const MOST_SERVERS = 3;

/** Shell text: prints the addresses of the name servers in a resolv.conf. */
export const NAME_SERVERS = String.raw`sed -n 's/^[[:space:]]*nameserver[[:space:]]\{1,\}\([0-9a-fA-F:.]\{2,\}\)[[:space:]]*$/\1/p'`;

/** Shell text: whether there is a way out, to addresses that nobody has (RFC 5737, RFC 3849). Nothing is sent there. */
export const HAS_ROUTE = '{ ip -4 route get 192.0.2.1 || ip -6 route get 2001:db8::1; } >/dev/null 2>&1';

/** Programs without which nothing can be asked. */
export const QUESTION_TOOLS = ['bash', 'timeout', 'dd', 'od'] as const;

/**
 * Shell text that defines `ask SERVER NAME SECONDS NAMESPACE`, which asks a name server once for the IPv4 addresses of a name,
 * from a network namespace (a file; empty for that of the host), and prints a word. It asks itself, by bash, because no
 * tool that every system has asks a server of one's choice. The query is sent by dd as one datagram: bash would begin
 * another at a byte that looks like the end of a line.
 */
export const ASK = String.raw`ask() {
bash -c '
if [ -n "$4" ]; then exec nsenter --net="$4" bash -c "$BASH_EXECUTION_STRING" ask "$1" "$2" "$3" ""; fi
query="\x48\x53\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
IFS=.
for label in $2; do printf -v size "\\\\x%02x" "$${'{'}#label}"; query=$query$size$label; done
IFS=" "
{ exec 3<>"/dev/udp/$1/53"; } 2>/dev/null || { echo unreachable; exit 0; }
printf "$query\x00\x00\x01\x00\x01" | dd ibs=1 obs=512 2>/dev/null >&3
set -o pipefail
reply=$(timeout "$3" dd bs=512 count=1 2>/dev/null <&3 | od -An -v -tu1 -N12)
status=$?
set -- $reply
if [ "$status" = 124 ]; then echo silent
elif [ "$#" -lt 12 ]; then echo closed
elif [ "$1 $2" != "72 83" ]; then echo silent
else echo "code $(($4 & 15)) $(($7 * 256 + $8))"; fi' ask "$1" "$2" "$3" "$4" 2>/dev/null
}`;

/** The words of `ask`. */
export function answerOf(words: readonly string[]): DnsAnswer {
  const [what, code = '', addresses = ''] = words;
  if (what === 'silent' || what === 'closed' || what === 'unreachable') return what;
  if (what !== 'code' || !/^\d+$/.test(code) || !/^\d+$/.test(addresses))
    throw new Error(`no answer of a name server: ${words.join(' ')}`);
  return { code: Number(code), addresses: Number(addresses) };
}

/**
 * awk that prints, of the images that it reads, the hosts of the registries that they come from, each once. Docker Hub is
 * not called as its images say.
 */
export const REGISTRIES = `awk '
{ split($1, part, "/"); split(part[1], host, ":"); name = host[1]
if (name == "docker.io") name = "registry-1.docker.io"
if (name ~ /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?[.][a-z]+$/ && name != "localhost" && !(name in seen)) { seen[name]; print name } }'`;
