import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';

/** A job other than the upload's own that names a watched folder, or one above it, and may remove files there. */
export interface FolderJob {
  /** Its label, or the line of the crontab. */
  readonly name: string;
  /** Its property list; `crontab` for a line of it. */
  readonly file: string;
  readonly folder: string;
}

/** Words of what removes or moves files, in a shell or another language. */
const REMOVING =
  '(^|[^A-Za-z])(rm|mv|unlink|trash|shred|truncate|deletes?|removes?|rmtree|purge|rsync|rclone)([^A-Za-z]|$)';

// A folder counts as named where nothing goes on behind it; one above it only where it is meant as a whole.
const NAMES = String.raw`
function names(text, path, whole, at, rest) {
while (at = index(text, path)) {
rest = substr(text, at + length(path))
if (whole && rest !~ /^[A-Za-z0-9._-]/) return 1
if (substr(rest, 1, 1) == "/") rest = substr(rest, 2)
if (!whole && rest !~ /^[A-Za-z0-9._-]/) return 1
text = substr(text, at + length(path))
}
return 0
}
function above(path, at) {
for (at = length(path); at > 0 && substr(path, at, 1) != "/"; at--);
return substr(path, 1, at - 1)
}
{ text = text "\n" $0 }
END {
gsub(/[$]HOME|[$][{]HOME[}]/, home, text)
gsub("~/", home "/", text)
for (path = folder; index(path, home "/") == 1 || path == folder; path = above(path))
if (names(text, path, path == folder)) exit 0
exit 1
}`;

export const folderJobs = defineProbe<readonly FolderJob[]>({
  id: 'folder-jobs',
  reads:
    'the other launchd agents and daemons, and the crontab: which of them name a watched folder and may remove files there',
  platforms: ['darwin'],
  tools: ['plutil', 'awk'],
  script: `${FIND_AGENTS}
watched() { setting WatchPaths; setting QueueDirectories; }
folders=$(for_each_agent watched | sort -u)
names_folder() { printf '%s\\n' "$text" | awk -v home="$home" -v folder="$folder" '${NAMES}'; }
# The text of a script, without its comments; nothing of another program.
script_of() {
if [ -f "$1" ] && [ -r "$1" ] && [ "$(head -c 2 "$1" | tr -d '\\000')" = '#!' ]; then
head -c 262144 "$1" | tr -d '\\000\\r' | sed '/^[[:space:]]*#/d'
fi
}
tell() {
printf '%s\\n' "$folders" | while IFS= read -r folder; do
[ -n "$folder" ] || continue
if names_folder; then print_line "#job $2"; print_line "#name $1"; print_line "#folder $folder"; fi
done
}
for plist in "$home"/Library/LaunchAgents/*.plist /Library/LaunchAgents/*.plist /Library/LaunchDaemons/*.plist; do
[ -r "$plist" ] || continue
if is_odd "$plist"; then continue; fi
settings=$(flatten "$plist")
if [ -z "$settings" ] || uploads; then continue; fi
file=$(program)
script=$(script_of "$file")
text=$(printf '%s\\n' "$settings" | grep -v '^Standard'; printf '%s\\n' "$script")
# What is no script may do anything.
if [ -n "$script" ] && ! printf '%s\\n' "$text" | grep -qE '${REMOVING}'; then continue; fi
tell "$(setting Label)" "$plist"
done
{ if [ -n "$SUDO_USER" ]; then crontab -l -u "$SUDO_USER"; else crontab -l; fi; } 2>/dev/null | grep -v '^[[:space:]]*#' | while IFS= read -r line; do
if is_odd "$line"; then continue; fi
file=$(printf '%s\\n' "$line" | grep -oE '(~|[$]HOME)?/[A-Za-z0-9._/-]+' | head -n 1)
case $file in /* | '') ;; *) file=$home/\${file#*/} ;; esac
text=$(printf '%s\\n' "$line"; script_of "$file")
if printf '%s\\n' "$text" | grep -qE '${REMOVING}'; then tell "a line of the crontab" crontab; fi
done
${END}`,
  parse(raw) {
    requireEnd(raw);
    const all = lines(raw.stdout);
    return all.flatMap((line, n) => {
      if (!line.startsWith('#job ')) return [];
      const [, name] = /^#name (.*)$/.exec(all[n + 1] ?? '') ?? [];
      const [, folder] = /^#folder (.*)$/.exec(all[n + 2] ?? '') ?? [];
      if (name === undefined || folder === undefined) throw new Error(`a job without a name: ${line}`);
      return [{ file: line.slice('#job '.length), name, folder }];
    });
  },
});
