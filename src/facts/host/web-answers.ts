import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_STORE } from './containers.ts';
import { END, NOTHING, untilEnd } from './ending.ts';

/** What a published port of a running container answered when it was asked over HTTP. */
export interface WebAnswer {
  readonly container: string;
  /** As it is published; `host` for one in the network of the host, asked at the usual port of its image. */
  readonly address: string;
  readonly port: number;
  /** In the container. */
  readonly inside: number;
  /** Where it was asked: of what is published everywhere 127.0.0.1, and the address in the tailnet. */
  readonly at: string;
  /** Of curl: 0 for any answer. */
  readonly exitCode: number;
  /** 0 where nothing of an answer came. */
  readonly httpStatus: number;
}

/** Programs with a website, by the end of the name of their image, and the port in the container that it is on. */
const WEB_APPS: readonly (readonly [image: string, port: number])[] = [
  ['uptime-kuma', 3001],
  ['plex', 32_400],
  ['jellyfin', 8096],
  ['emby', 8096],
  ['vaultwarden/server', 80],
  ['nextcloud', 80],
  ['home-assistant', 8123],
  ['homeassistant', 8123],
  ['grafana', 3000],
  ['prometheus', 9090],
  ['paperless-ngx', 8000],
  ['gitea', 3000],
  ['forgejo', 3000],
  ['sonarr', 8989],
  ['radarr', 7878],
  ['prowlarr', 9696],
  ['lidarr', 8686],
  ['bazarr', 6767],
  ['overseerr', 5055],
  ['jellyseerr', 5055],
  ['tautulli', 8181],
  ['audiobookshelf', 80],
  ['navidrome', 4533],
  ['photoprism', 2342],
  ['calibre-web', 8083],
  ['kavita', 5000],
  ['mealie', 9000],
  ['actual-server', 5006],
  ['freshrss', 80],
  ['miniflux', 8080],
  ['linkding', 9090],
  ['ntfy', 80],
  ['n8n', 5678],
  ['homepage', 3000],
];

/** Whether a website is what belongs on that port. */
export function isWebsite(image: string, inside: number): boolean {
  const repository = `/${image.replace(/@.*$/, '').replace(/:[^/]*$/, '')}`;
  return WEB_APPS.some(([name, port]) => port === inside && repository.endsWith(`/${name}`));
}

/** Ports of other protocols: a question in HTTP would be an error in their logs, or hang. */
const OTHER_PROTOCOLS =
  '21 22 23 25 53 110 111 139 143 389 445 465 587 636 853 993 995 1433 1883 1935 2049 3306 3389 4222 5222 5269 5432 5671 5672 5900 6379 6380 6432 7687 8554 8883 9042 9092 11211 11334 22000 25565 26379 27017 51413 64738';

/** Immich is asked by a probe of its own, and a database is none to be asked. */
const OTHER_IMAGES =
  'immich-(server|machine-learning)|postgres|pgvecto|vectorchord|redis|valkey|mariadb|mysql|mongo|memcached';

const MOST_ASKED = 40;
const MOST_OF_RANGE = 8;
const LIMIT_S = 3;
const TLS_LIMIT_S = 2;

const PLACES = `
BEGIN {
count = split(web, app, " "); for (i = 1; i < count; i += 2) usual[app[i]] = app[i + 1]
count = split(others, other, " "); for (i = 1; i <= count; i++) skipped[other[i]] }
function tell(name, host, port, inside) {
if (++told > ${MOST_ASKED}) { if (told == ${MOST_ASKED} + 1) print "cut"; return }
print "ask", name, host, port, inside }
NF != 3 { next }
{ image = $2; sub("^.*/", "", image); sub("[:@].*", "", image) }
image ~ "${OTHER_IMAGES}" { next }
$3 == "" { if (image in usual) tell($1, "host", usual[image], usual[image]); next }
{ count = split($3, entry, ", ")
for (i = 1; i <= count; i++) {
if (entry[i] !~ "tcp$") continue
if (entry[i] !~ "^[][0-9a-f.:]*[0-9]+(-[0-9]+)?->[0-9]+(-[0-9]+)?.tcp$") { print "strange", $1; continue }
at = entry[i]; sub("->.*$", "", at)
inside = entry[i]; sub("^.*->", "", inside); sub("[^0-9].*$", "", inside)
host = at; if (!sub(":[0-9-]+$", "", host)) host = ""
gsub("[][]", "", host)
sub("^.*:", "", at); last = split(at, port, "-")
# podman tells neighbours as a range.
for (each = port[1]; each <= port[last] && each < port[1] + ${MOST_OF_RANGE}; each++)
if (!(inside + each - port[1] in skipped)) tell($1, host == "" ? "0.0.0.0" : host, each, inside + each - port[1])
if (port[last] >= port[1] + ${MOST_OF_RANGE}) print "cut"
} }
END { print "all" }`;

export const webAnswers = defineProbe<readonly WebAnswer[]>({
  id: 'web-answers',
  reads:
    'curl of the published ports of containers on the host itself: whether they answer, and the HTTP status',
  root: true,
  tools: ['podman', 'curl', 'awk'],
  // A store is made by podman where there is none.
  script: `${FIND_STORE}
[ -d "$store" ] || ${NOTHING}
list=$(podman ps --no-trunc --format '{{.Names}}|{{.Image}}|{{.Ports}}') || exit
tailnet=$(ip -4 -o address show dev tailscale0 2>/dev/null | awk '{ sub("[^0-9.].*$", "", $4); print $4; exit }')
# A proxy is for other hosts than this one, and whose certificate it is does not matter here.
request() { curl -q --silent --noproxy '*' --insecure --globoff --max-time "$2" --output /dev/null --write-out '%{http_code}' "$1" 2>/dev/null; }
look() {
case $2 in *:*) where="[$2]" ;; *) where=$2 ;; esac
scheme=http
case $4 in 443 | 8443 | 9443) scheme=https ;; esac
status=$(request "$scheme://$where:$3/" ${LIMIT_S})
ended=$?
# A server that expects TLS may close the connection without a word.
case $scheme$ended in
http52 | http56) encrypted=$(request "https://$where:$3/" ${TLS_LIMIT_S}) && status=$encrypted ended=0 ;;
esac
printf 'asked %s %s %s %s %s %s %s\\n' "$1" "$5" "$3" "$4" "$2" "$ended" "\${status:-000}"
}
printf '%s\\n' "$list" | awk -F '|' -v web='${WEB_APPS.flat().join(' ')}' -v others='${OTHER_PROTOCOLS}' '${PLACES}' | {
all=
while read -r what name host port inside; do
case $what in ask) ;; all) all=1; continue ;; *) echo "$what $name"; continue ;; esac
case $host in
host) look "$name" 127.0.0.1 "$port" "$inside" host & ;;
::) look "$name" ::1 "$port" "$inside" "$host" & ;;
0.0.0.0)
look "$name" 127.0.0.1 "$port" "$inside" "$host" &
[ -z "$tailnet" ] || look "$name" "$tailnet" "$port" "$inside" "$host" & ;;
*) look "$name" "$host" "$port" "$inside" "$host" & ;;
esac
done
wait
[ -z "$all" ] || ${END}
}
:`,
  parse: untilEnd((raw) => {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `podman ps exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const all = lines(raw.stdout);
    const found = all.flatMap((line) => answerIn(line) ?? []);
    const strange = all.find((line) => answerIn(line) === undefined && line !== 'cut ');
    if (strange !== undefined)
      return new PartialValue(found, 'a published port in the list of podman is not understood');
    return all.includes('cut ')
      ? new PartialValue(
          found,
          `only ${MOST_ASKED} published ports are asked, and ${MOST_OF_RANGE} of a range`,
        )
      : found;
  }),
});

function answerIn(line: string): WebAnswer | undefined {
  const [, container, address = '', port, inside, at = '', exitCode, status] =
    /^asked ([\w.-]+) (host|[0-9a-f.:]+) (\d{1,5}) (\d{1,5}) ([0-9a-f.:]+) (\d{1,3}) (\d{3})$/.exec(line) ??
    [];
  if (container === undefined) return undefined;
  return {
    container,
    address,
    port: Number(port),
    inside: Number(inside),
    at,
    exitCode: Number(exitCode),
    httpStatus: Number(status),
  };
}

/** In whole seconds, for which an answer was waited for. */
export const ANSWER_LIMIT_S = LIMIT_S;
