import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { inspectAll } from './containers.ts';
import { LOOK_AT_EACH } from './deadline.ts';
import { requireSystemd } from './systemd.ts';
import { COMMAND_TEXTS, FIND_UNITS } from './units.ts';

/** A folder or file of the host that a container mounts, or would mount if it ran. */
export interface DataPath {
  readonly path: string;
  /** `unread` where it is not mounted yet and a look would mount it, or where the look failed. */
  readonly state: 'present' | 'missing' | 'hung' | 'unread';
  /** Where it lies, with all links followed. */
  readonly real: string;
  readonly isFolder?: boolean;
  readonly uid?: number;
  readonly gid?: number;
  /** Octal, `755`. */
  readonly mode?: string;
  /** More may be allowed than the mode tells. */
  readonly hasAcl?: true;
  /** Who owns the data of the Postgres in it, where there is one: only that user can run it. */
  readonly postgres?: { readonly uid: number; readonly folder: string };
}

// Of the two lists the destination tells which folders may hold a Postgres: no other is looked into, for that may wake a disk.
const SOURCES = `{
stage 0 cat
if [ -n "$units" ]; then
shown=$(stage 0 systemctl show --property=ExecStart --property=ExecStartPre -- $units)
${COMMAND_TEXTS} | stage 0 tr '\\n\\t' '  ' | stage 0 tr -d "\\\\\\\\'\\"" | stage 0 sed 's/  */  /g' |
stage 1 grep -aoE '(^| )(-v|--volume)[= ] ?/[^: ]+:[^ ]+|(^| )--mount[= ] ?[^ ]+' | stage 0 awk '
/--mount/ { source = target = ""; sub(".*--mount[= ] *", ""); count = split($0, part, ",")
for (i = 1; i <= count; i++) { if (part[i] ~ "^(source|src)=/") source = part[i]; if (part[i] ~ "^(target|dst|destination)=") target = part[i] }
sub("^[^=]*=", "", source); sub("^[^=]*=", "", target); if (source != "") print target ":" source; next }
{ sub(".*(-v|--volume)[= ] *", ""); split($0, part, ":"); print part[2] ":" part[1] }'
fi
}`;

export const dataPaths = defineProbe<readonly DataPath[]>({
  id: 'data-paths',
  reads:
    'stat of the folders and files that containers mount: owner, mode, and which user owns the Postgres data in them',
  root: true,
  tools: ['systemctl', 'awk', 'grep', 'sed', 'stat', 'readlink', 'timeout'],
  outputLimit: 4_000_000,
  script: `set -f
${LOOK_AT_EACH}
${inspectAll('{{range .Mounts}}{{.Destination}}:{{.Source}}{{"\\n"}}{{end}}')} | {
${FIND_UNITS}
look() {
path=\${1#* } owner=- folder=-
real=$(briefly readlink -f -- "$path") || real=$path
facts=$(briefly stat -L -c '%u %g %a %F' -- "$path" 2>/dev/null) || {
state=unread
briefly test -e "$path"
[ "$?" != 1 ] || state=missing
printf '%s\\t%s\\t%s\\n' "$state" "$path" "$real"; return; }
case $1 in
'pg '*)
for folder in . data pgdata $(briefly ls -- "$path" 2>/dev/null | awk '/^[0-9]+$/ { print $0 "/docker" }'); do
owner=$(briefly stat -c %u -- "$path/$folder/PG_VERSION" 2>/dev/null) && break
owner=-
done ;;
esac
acl=-
case $(briefly ls -dlL -- "$path" 2>/dev/null) in ??????????+*) acl=+ ;; esac
set -- $facts
kind=other; [ "$4" != directory ] || kind=folder
printf 'present\\t%s\\t%s\\t%s %s %s %s %s %s\\n' "$path" "$real" "$1" "$2" "$3\${acl#-}" "$kind" "$owner" "$folder"
}
# A look below a place that systemd mounts at its first use would mount it, and wait for it.
AUTOMOUNTS=$(stage 0 awk '{ for (dash = 7; dash <= NF && $dash != "-"; dash++); last[$5] = $(dash + 1) } END { for (point in last) if (last[point] == "autofs") print point }' /proc/self/mountinfo)
export AUTOMOUNTS
${SOURCES} | stage 1 grep -E '^[^:]*:/' | stage 0 sort -u | stage 0 awk '
BEGIN { count = split(ENVIRON["AUTOMOUNTS"], point, "\\n") }
{ colon = index($0, ":"); path = substr($0, colon + 1); postgres = $0 ~ "^[^:]*(postgres|pgdata)"; if (!(path in is) || postgres) is[path] = postgres ? "pg" : "-" }
END { for (path in is) { waits = ""
for (i = 1; i <= count; i++) if (point[i] != "" && index(path "/", point[i] "/") == 1 && !index(point[i], "/proc/")) waits = "automount"
print waits == "" ? is[path] : waits, path } }' | { while read -r how path; do
case $how in automount) printf 'unread\\t%s\\t%s\\n' "$path" "$path" >&3 ;; *) printf '%s %s\\n' "$how" "$path" ;; esac
done | look_at_each; } 3>&1
echo end
}`,
  parse(raw) {
    requireSystemd(raw);
    const all = lines(raw.stdout);
    const found = all.flatMap((line) => dataPathOf(line) ?? []);
    if (found.length + 1 < all.length)
      return new PartialValue(found, 'a line of the list of data paths is not understood');
    if (!all.includes('end')) return new PartialValue(found, 'the list of data paths was truncated');
    return found;
  },
});

function dataPathOf(line: string): DataPath | undefined {
  const hung = /^hung (?:pg|-) (\/.*)$/.exec(line)?.[1];
  if (hung !== undefined) return { path: hung, state: 'hung', real: hung };
  const [state, path, real = '', facts = ''] = line.split('\t');
  if (path === undefined || !path.startsWith('/')) return undefined;
  const place = { path, real: real.startsWith('/') ? real : path };
  if (state === 'missing' || state === 'unread') return { ...place, state };
  const [, uid, gid, mode, acl, kind, owner, folder = '.'] =
    /^(\d+) (\d+) ([0-7]+)(\+?) (folder|other) (\d+|-) (\S+)$/.exec(facts) ?? [];
  if (state !== 'present' || mode === undefined) return undefined;
  return {
    ...place,
    state,
    isFolder: kind === 'folder',
    uid: Number(uid),
    gid: Number(gid),
    mode,
    ...(acl === '+' ? { hasAcl: true } : {}),
    ...(owner === '-'
      ? {}
      : { postgres: { uid: Number(owner), folder: folder === '.' ? path : `${path}/${folder}` } }),
  };
}
