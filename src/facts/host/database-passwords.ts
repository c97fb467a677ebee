import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_STORE } from './containers.ts';
import { SERVICE_IMAGES } from './data-services.ts';
import { END, NOTHING, untilEnd } from './ending.ts';

/** Whether a server of Immich and a database are given the same password. */
export interface PasswordComparison {
  readonly server: string;
  readonly database: string;
  readonly result: 'same' | 'different' | 'unknown';
  /** The files of the host that they are read from; `environment` where a variable holds it, `-` where nothing does. */
  readonly serverFrom: string;
  readonly databaseFrom: string;
}

// The environment of a container may hold the passwords themselves: they pass through a pipe to awk, and go no further.
const TEMPLATE =
  '{{$name := .Name}}{{range .Mounts}}{{printf "mount\\t%s\\t%s\\t%s\\n" $name .Source .Destination}}{{end}}' +
  '{{range .Config.Env}}{{if eq (index (split . "=") 0) "DB_URL" "DB_PASSWORD" "DB_PASSWORD_FILE" "POSTGRES_PASSWORD" "POSTGRES_PASSWORD_FILE"}}' +
  '{{printf "env\\t%s\\t%s\\n" $name .}}{{end}}{{end}}';

/**
 * Both programs read such a file by the shell's $(<file), which leaves out what ends the last line: so does this.
 */
const COMPARED = String.raw`
BEGIN { FS = "\t" }
$1 == "server" || $1 == "postgres" { kind[$2] = $1 }
$1 == "mount" { source[$2, $4] = $3; names[$2, $4] = $2; places[$2, $4] = $4 }
$1 == "env" { at = index($0, "="); start = index($0, $3); name = substr($0, start, at - start); given[$2, name] = substr($0, at + 1); has[$2, name] }
function hostFile(container, path, key, best, found) {
best = ""; found = ""
for (key in places) if (names[key] == container) {
if (places[key] == path) return source[key]
if (index(path, places[key] "/") == 1 && length(places[key]) > length(best)) { best = places[key]; found = source[key] substr(path, length(best) + 1) }
}
return found
}
function content(file, text, line, got, count) {
text = ""; count = 0
while ((got = (getline line < file)) > 0) text = text (count++ ? "\n" : "") line
close(file)
if (got < 0) { unread = 1; return "" }
sub(/\n+$/, "", text)
return text
}
function value(container, name, file) {
from = "-"; unread = 0
if ((container, name "_FILE") in has && given[container, name "_FILE"] != "") {
file = hostFile(container, given[container, name "_FILE"])
if (file == "") { unread = 1; return "" }
from = file
return content(file)
}
if ((container, name) in has) { from = "environment"; return given[container, name] }
unread = 1
return ""
}
END {
for (server in kind) if (kind[server] == "server") for (database in kind) if (kind[database] == "postgres") {
own = value(server, "DB_PASSWORD"); ownUnread = unread || (server, "DB_URL") in has; ownFrom = from
other = value(database, "POSTGRES_PASSWORD"); otherUnread = unread
printf "pair\t%s\t%s\t%s\t%s\t%s\n", server, database, (ownUnread || otherUnread ? "unknown" : own == other "" ? "same" : "different"), ownFrom, from
}
}`;

const pair = /^pair\t([^\t]+)\t([^\t]+)\t(same|different|unknown)\t([^\t]+)\t([^\t]+)$/;

export const databasePasswords = defineProbe<readonly PasswordComparison[]>({
  id: 'database-passwords',
  reads:
    "podman inspect and secret files: whether Immich's server and database have the same password; the password does not leave the host",
  root: true,
  tools: ['podman', 'awk'],
  script: `${FIND_STORE}
[ -d "$store" ] || ${NOTHING}
list=$(podman ps --all --format '{{.Names}} {{.Image}}') || exit
kinds=$(printf '%s\\n' "$list" | awk -v server='${SERVICE_IMAGES.server}' -v postgres='${SERVICE_IMAGES.postgres}' '$2 ~ server { print "server\\t" $1 } $2 ~ postgres { print "postgres\\t" $1 }') || exit
case $kinds in *server*postgres* | *postgres*server*) ;; *) ${NOTHING} ;; esac
names=$(printf '%s\\n' "$kinds" | awk '{ print $2 }')
{ printf '%s\\n' "$kinds"; podman container inspect --format '${TEMPLATE}' -- $names 2>/dev/null; } | awk '${COMPARED}' && ${END}`,
  parse: untilEnd((raw) => {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `the comparison exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    return lines(raw.stdout).map((line) => {
      const [, server = '', database = '', result, serverFrom = '', databaseFrom = ''] =
        pair.exec(line) ?? [];
      if (result === undefined) throw new Error('a line of the comparison is not understood');
      return { server, database, result: result as PasswordComparison['result'], serverFrom, databaseFrom };
    });
  }),
});
