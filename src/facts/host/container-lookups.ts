import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_STORE } from './containers.ts';
import {
  ASK,
  answerOf,
  type DnsAnswer,
  HAS_ROUTE,
  MOST_SERVERS,
  NAME_SERVERS,
  QUESTION_TOOLS,
  REGISTRIES,
} from './dns-question.ts';
import { END, NOTHING, untilEnd } from './ending.ts';

/** A name that was asked for from the network of a container, of a name server of its resolv.conf. */
export interface ContainerLookup {
  readonly container: string;
  readonly server: string;
  /** Its own name, which only the name server of its network knows; or that of a registry. */
  readonly about: 'own' | 'outside';
  readonly name: string;
  readonly answer: DnsAnswer;
}

export interface ContainerLookups {
  readonly asked: readonly ContainerLookup[];
  /** Name servers of each container, in their order. */
  readonly servers: readonly { readonly container: string; readonly servers: readonly string[] }[];
  /** Containers whose options name their name servers (--dns). */
  readonly given: readonly string[];
  /** Addresses at which podman's networks have a name server (aardvark-dns). */
  readonly aardvark: readonly { readonly network: string; readonly address: string }[];
  /** Programs that have port 53 of UDP. */
  readonly listeners: readonly {
    readonly address: string;
    readonly program: string;
    /** Bytes that came and that it has not taken: it hangs, where there are any. */
    readonly waiting: number;
  }[];
}

const FOLDER = '/run/containers/networks/aardvark-dns';
/** Every question has a process of its own. */
const MOST_CONTAINERS = 60;

const TEMPLATE =
  '{{.Name}} {{.ID}} {{or .NetworkSettings.SandboxKey "-"}} {{or .ResolvConfPath "-"}} {{if .HostConfig.Dns}}given{{else}}-{{end}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}},{{end}}';

export const containerLookups = defineProbe<ContainerLookups>({
  id: 'container-lookups',
  reads:
    'DNS queries from the networks of the containers to their name servers, for their own names and a registry',
  root: true,
  tools: ['podman', 'nsenter', 'ip', 'ss', 'awk', 'sed', ...QUESTION_TOOLS],
  outputLimit: 2_000_000,
  script: `${ASK}
${FIND_STORE}
[ -d "$store" ] || ${NOTHING}
running=$(podman ps --no-trunc --filter status=running --format '{{.ID}} {{.Image}}') || exit
[ -n "$running" ] || ${NOTHING}
ids=$(printf '%s\\n' "$running" | sed 's/ .*//')
here=
internal=
for file in ${FOLDER}/*; do
case $file in */aardvark.pid) continue ;; esac
[ -f "$file" ] || continue
addresses=$(sed -n '1{s/ .*//;s/,/ /g;p;}' "$file")
for address in $addresses; do
here="$here $address"
case $file in *%int) internal="$internal $address" ;; esac
file=\${file##*/}
echo "aardvark \${file%\\%int} $address"
done
done
registry=
if ${HAS_ROUTE}; then registry=$(printf '%s\\n' "$running" | sed 's/^[^ ]* //' | ${REGISTRIES} | head -n 1); fi
seen=
number=0
told=$(podman container inspect --format '${TEMPLATE}' $ids 2>/dev/null)
[ -n "$told" ] || { echo 'podman inspect tells of no container' >&2; exit 1; }
printf '%s\\n' "$told" | { while read -r name id key file dns networks; do
case $key in /run/netns/*) ;; *) continue ;; esac
[ -r "$file" ] || { echo "unread $name"; continue; }
number=$((number + 1))
[ "$number" -le ${MOST_CONTAINERS} ] || { echo more; break; }
servers=$(${NAME_SERVERS} "$file" | head -n ${MOST_SERVERS} | tr '\\n' ' ')
echo "servers $name $servers"
[ "$dns" != given ] || echo "given $name"
# No part of a name in DNS is longer.
own=$name
[ "\${#name}" -le 63 ] || own=$(printf '%.12s' "$id")
first=
for server in $servers; do
# That of an internal network answers for nobody outside.
case " $internal " in *" $server "*) ;; *) first=\${first:-$server} ;; esac
case " $here " in *" $server "*) { answer=$(ask "$server" "$own" 2 "$key"); [ "$answer" != silent ] || answer=$(ask "$server" "$own" 3 "$key"); echo "own $name $server $own $answer"; } & ;; esac
done
case " $seen " in *" $networks$first "*) first= ;; esac
seen="$seen $networks$first"
nsenter --net="$key" sh -c '${HAS_ROUTE}' || first=
[ -z "$registry" ] || [ -z "$first" ] || { echo "outside $name $first $registry $(ask "$first" "$registry" 5 "$key")"; } &
done
wait
ss -lunpH 'sport = 53' | awk '{ program = $0; if (!sub(/.*users:[(][(]"/, "", program)) program = "-"; sub(/".*/, "", program); gsub(/ /, "_", program); print "listener", $4, $2, program }' && ${END}
}`,
  parse: untilEnd(({ stdout, stderr, exitCode, capped }) => {
    if (exitCode !== 0)
      throw new FactUnavailable('failed', `podman exited with ${exitCode}: ${stderr.trim()}`);
    const all = lines(stdout).map((line) => line.trim().split(/ +/));
    const of = (kind: string) => all.filter(([what]) => what === kind).map(([, ...words]) => words);
    const strange = all.find(([what = '']) => !WORDS.includes(what));
    if (strange !== undefined && !capped) throw new Error(`no lookup of a container: ${strange.join(' ')}`);
    const value: ContainerLookups = {
      asked: [...of('own').map(askedOf('own')), ...of('outside').map(askedOf('outside'))],
      servers: of('servers').map(([container = '', ...servers]) => ({ container, servers })),
      given: of('given').map(([container = '']) => container),
      aardvark: of('aardvark').map(([network = '', address = '']) => ({ network, address })),
      listeners: of('listener').map(([socket = '', waiting = '', program = '']) => ({
        waiting: Number(waiting),
        address: socket
          .replace(/:53$/, '')
          .replace(/%.*$/, '')
          .replace(/^\[|\]$/g, ''),
        program,
      })),
    };
    const unread = of('unread').map(([container = '']) => container);
    if (of('more').length > 0 || capped)
      return new PartialValue(value, `more than ${MOST_CONTAINERS} containers: the others were not asked`);
    return unread.length === 0
      ? value
      : new PartialValue(value, `the resolv.conf of ${unread.join(', ')} could not be read`);
  }),
});

const WORDS = ['own', 'outside', 'servers', 'given', 'aardvark', 'listener', 'unread', 'more'];

const askedOf =
  (about: ContainerLookup['about']) =>
  ([container = '', server = '', name = '', ...words]: readonly string[]): ContainerLookup => ({
    container,
    server,
    about,
    name,
    answer: answerOf(words),
  });
