import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_STORE } from './containers.ts';
import { END, NOTHING, untilEnd } from './ending.ts';

/** One running container with Immich's server, as it answers on its host. */
export interface ImmichServer {
  readonly container: string;
  /** Where it was asked; undefined for one that the host has no way to. */
  readonly url?: string;
  /** Of curl for the ping: 0 for any answer. */
  readonly exitCode?: number;
  readonly httpStatus?: number;
  readonly pong: boolean;
  readonly error?: string;
  readonly version?: string;
  /** Of its config, which it reads from its database: it answers the ping without. */
  readonly configStatus?: number;
  readonly isInitialized?: boolean;
  readonly isInMaintenance?: boolean;
  /** Folders of the host that hold its photos, in which the file `.immich` is and in which it is not. */
  readonly marked: readonly string[];
  readonly unmarked: readonly string[];
  /** The dumps of its database that it made itself, the newest first; undefined where its folder was not found. */
  readonly dumps?: readonly DatabaseDump[];
}

export interface DatabaseDump {
  readonly at: number;
  readonly bytes: number;
}

const pong = z.object({ res: z.literal('pong') });
const version = z.object({ major: z.int(), minor: z.int(), patch: z.int() });
const config = z.object({ isInitialized: z.boolean(), maintenanceMode: z.optional(z.boolean()) });

// An address with every published port, and those of its networks, at which the host reaches a port that is not.
const TEMPLATE =
  '{{range $port, $at := .NetworkSettings.Ports}}{{range $at}}#port {{$port}} {{.HostIP}} {{.HostPort}}{{"\\n"}}{{end}}{{end}}' +
  '{{range .NetworkSettings.Networks}}#address {{.IPAddress}}{{"\\n"}}{{end}}#network {{.HostConfig.NetworkMode}}{{"\\n"}}' +
  '{{range .Config.Env}}{{if eq (index (split . "=") 0) "IMMICH_PORT" "IMMICH_HOST" "IMMICH_MEDIA_LOCATION"}}#{{.}}{{"\\n"}}{{end}}{{end}}' +
  '{{range .Mounts}}#mount {{.Destination}} {{.Source}}{{"\\n"}}{{end}}';

/** The folders that the server looks into at its start; it refuses to go on where one has lost its mark. */
const FOLDERS = 'upload library thumbs encoded-video profile backups';

const MOST_DUMPS = 30;

export const immichServers = defineProbe<readonly ImmichServer[]>({
  id: 'immich-server',
  reads:
    "curl of Immich's ping, version and config on the host itself, without a key; the .immich files in its folders, and the dumps of its database",
  root: true,
  tools: ['podman', 'curl', 'awk'],
  // A store is made by podman where there is none.
  script: `${FIND_STORE}
[ -d "$store" ] || ${NOTHING}
running=$(podman ps --no-trunc --format '{{.ID}} {{.Image}} {{.Names}}') || exit
servers=$(printf '%s\\n' "$running" | awk '$2 ~ "immich-server([:@]|$)" { print $1 " " $3 }') || exit
[ -n "$servers" ] || ${NOTHING}
# A proxy is for other hosts than this one.
unset http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY
ask() {
answer=$(curl -q --silent --show-error --max-time "$1" --write-out '\\n#status %{http_code}' "$url/api/server/$2" 2>&1)
status=$?
echo "#curl $2 $status"
printf '%s\\n' "$answer" | grep -aE '^(curl: |#status )' | sed "s/^#status/#status $2/; s/^curl: /#error $2 /"
printf '%s\\n' "$answer" | grep -aE '^ *[{]' | head -c 4096 | sed "s/^/#body $2 /"
}
printf '%s\\n' "$servers" | while read -r id name; do
echo
echo "#container $name"
told=$(podman container inspect --format '${TEMPLATE}' "$id" 2>&1) || case $told in *'no such '*) echo '#gone'; continue ;; *) printf '#unreadable %s\\n' "$told"; continue ;; esac
inside=$(printf '%s\\n' "$told" | sed -n 's/^#IMMICH_PORT=//p')
host=$(printf '%s\\n' "$told" | sed -n 's/^#IMMICH_HOST=//p')
url=$(printf '%s\\n' "$told" | awk -v inside="\${inside:-2283}/tcp" -v listens="$host" '
function place(at) {
if (at == "" || at == "0.0.0.0") at = "127.0.0.1"
if (at == "::") at = "::1"
return at ~ ":" ? "[" at "]" : at
}
$1 == "#port" { at = place(NF == 4 ? $3 : ""); number = $NF
if (first == "") first = "http://" at ":" number
if ($2 == inside && own == "") own = "http://" at ":" number }
$1 == "#address" && NF == 2 && direct == "" { direct = "http://" $2 ":" inside }
$1 == "#network" && $2 == "host" { direct = "http://" place(listens) ":" inside }
END { sub("/tcp", "", direct); print own != "" ? own : direct != "" ? direct : first }')
if [ -n "$url" ]; then
echo "#url $url"
said=$(ask 5 ping)
printf '%s\\n' "$said"
# While it is maintained only these answer.
case $said in *'#curl ping 0'*) ask 3 version; ask 3 config ;; esac
fi
media=$(printf '%s\\n' "$told" | sed -n 's/^#IMMICH_MEDIA_LOCATION=//p')
rest=
for base in "\${media:-/data}" /usr/src/app/upload; do
seen=$(for folder in ${FOLDERS}; do
place=$(printf '%s\\n' "$told" | awk -v base="$base" -v path="$base/$folder" '$1 == "#mount" && index(path "/", $2 "/") == 1 && length($2) >= length(base) && length($2) > best {
best = length($2); source = $0; sub("^#mount [^ ]* ", "", source); found = source substr(path, best + 1) } END { print found }')
[ -n "$place" ] || continue
if [ -e "$place/.immich" ]; then echo "#marked $place"; elif [ -d "$place" ]; then echo "#unmarked $place"; fi
if [ "$folder" = backups ] && [ -d "$place" ] && [ -r "$place" ]; then
echo '#dumps'
find "$place/" -maxdepth 1 -type f -name 'immich-db-backup-*.gz' -printf '%T@ %s\\n' 2>/dev/null | sort -rn | head -n ${MOST_DUMPS} | sed 's/^/#dump /'
fi
done)
# It uses one of them only: what is in the other is none of its folders.
case $seen in *'#marked '*) rest=$seen; break ;; ?*) rest=\${rest:-$seen} ;; esac
[ -z "$media" ] || break
done
printf '%s\\n' "$rest"
done && ${END}`,
  parse: untilEnd((raw) => {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `podman exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const unreadable = /(?<![^\n])#unreadable ([^\n]*)/.exec(raw.stdout)?.[1];
    if (unreadable !== undefined) throw new FactUnavailable('failed', `podman inspect failed: ${unreadable}`);
    return raw.stdout
      .split(/(?<![^\n])#container /)
      .slice(1)
      .flatMap((block) => serverIn(lines(block)) ?? []);
  }),
});

/** Undefined for one that went between the list and the look. */
function serverIn([container = '', ...told]: readonly string[]): ImmichServer | undefined {
  if (told.includes('#gone')) return undefined;
  const all = (name: string) =>
    told.flatMap((line) => (line.startsWith(`#${name} `) ? [line.slice(name.length + 2)] : []));
  const value = (name: string) => all(name)[0];
  const [url, curl, error] = [value('url'), value('curl ping'), value('error ping')];
  const configStatus = Number(value('status config') ?? 0);
  const numbers = version.safeParse(parsed(value('body version')));
  const settings = config.safeParse(parsed(value('body config')));
  return {
    container,
    ...(url === undefined ? {} : { url }),
    ...(curl === undefined ? {} : { exitCode: Number(curl) }),
    httpStatus: Number(value('status ping') ?? 0),
    pong: pong.safeParse(parsed(value('body ping'))).success,
    ...(error === undefined ? {} : { error: error.replace(/^\(\d+\) /, '') }),
    ...(numbers.success
      ? { version: `${numbers.data.major}.${numbers.data.minor}.${numbers.data.patch}` }
      : {}),
    ...(configStatus === 0 ? {} : { configStatus }),
    ...(settings.success
      ? {
          isInitialized: settings.data.isInitialized,
          isInMaintenance: settings.data.maintenanceMode === true,
        }
      : {}),
    marked: all('marked'),
    unmarked: all('unmarked'),
    ...(told.includes('#dumps') ? { dumps: all('dump').flatMap((text) => dumpIn(text) ?? []) } : {}),
  };
}

function dumpIn(text: string): DatabaseDump | undefined {
  const [, at, bytes] = /^(\d{1,12})(?:\.\d*)? (\d{1,16})$/.exec(text) ?? [];
  return at === undefined ? undefined : { at: Number(at) * 1000, bytes: Number(bytes) };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
