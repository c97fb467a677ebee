import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, oddNames, requireEnd } from './launchd.ts';

/** The files of one kind in a watched folder; their names stay on the host. */
export interface FilesOfKind {
  /** In lower case, without the dot; `-` for none, or a strange one. */
  readonly extension: string;
  readonly count: number;
  readonly bytes: number;
  /** When the oldest and the newest of them arrived, milliseconds since 1970. */
  readonly oldest: number;
  readonly newest: number;
}

export interface UploadFolder {
  readonly path: string;
  /** `file` where it is no folder. */
  readonly state: 'read' | 'missing' | 'denied' | 'file';
  readonly files: readonly FilesOfKind[];
  /** Those in its subfolders, a thousand at most. */
  readonly below: readonly FilesOfKind[];
}

// The time of the last change of the inode: a copy keeps the time of its content, which is years ago for a photo.
const COUNT = String.raw`
$1 ~ /^[0-9]+$/ && $2 ~ /^[0-9]+$/ {
name = $0; sub(/.*\//, "", name)
extension = "-"
if (name ~ /.[.][A-Za-z0-9]+$/) { extension = tolower(name); sub(/.*[.]/, "", extension) }
if (length(extension) > 8) extension = "-"
count[extension]++; bytes[extension] += $2
if (!(extension in oldest) || $1 < oldest[extension]) oldest[extension] = $1
if ($1 > newest[extension]) newest[extension] = $1
}
END { for (each in count) print word, each, count[each], bytes[each], oldest[each], newest[each] }`;

export const uploadFolder = defineProbe<readonly UploadFolder[]>({
  id: 'upload-folder',
  reads: 'the folders that the upload agents watch: number, type and age of files, no names',
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'stat', 'find'],
  script: `${FIND_AGENTS}
watched() { setting WatchPaths; setting QueueDirectories; }
for_each_agent watched | sort -u | while IFS= read -r path; do
if [ -f "$path" ]; then print_line "#folder file $path"
elif [ ! -d "$path" ] && ! hidden "$path"; then print_line "#folder missing $path"
# From within: the folder itself may be a link, or lie in a hidden one.
elif ! ls -A "$path" >/dev/null 2>&1 || ! cd "$path" 2>/dev/null; then print_line "#folder denied $path"
else
print_line "#folder read $path"
# The end of a line in a name would make another file of what is behind it.
print_line "#odd $(($(find . ! -path '*/.*' -type f -path '*[[:cntrl:]]*' -exec echo x \\; 2>/dev/null | head -n 1000 | wc -l)))"
find . -maxdepth 1 ! -name '.*' -type f ! -name '*[[:cntrl:]]*' -exec stat -f '%c %z %N' {} + | LC_ALL=C awk -v word='#files' '${COUNT}'
find . -mindepth 2 ! -path '*/.*' -type f ! -path '*[[:cntrl:]]*' -exec stat -f '%c %z %N' {} + 2>/dev/null | head -n 1000 | LC_ALL=C awk -v word='#below' '${COUNT}'
if [ -n "$(find . -mindepth 1 ! -path '*/.*' -type d 2>&1 >/dev/null | head -n 1)" ]; then print_line "#closed $path"; fi
fi
done
${END}`,
  parse(raw) {
    requireEnd(raw);
    const found = raw.stdout
      .split(/(?<![^\n])#folder /)
      .slice(1)
      .map((block) => {
        const [head = '', ...rest] = lines(block);
        const [, state, path = ''] = /^(\w+) (.*)$/.exec(head) ?? [];
        return {
          path,
          state: state as UploadFolder['state'],
          files: filesIn(rest, '#files'),
          below: filesIn(rest, '#below'),
        };
      });
    const odd = [...raw.stdout.matchAll(/(?<![^\n])#odd (\d+)(?![^\n])/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    const denied = found.filter(({ state }) => state === 'denied').map(({ path }) => path);
    const closed = [...raw.stdout.matchAll(/(?<![^\n])#closed ([^\n]*)/g)].map(([, path = '']) => path);
    const unread = [
      ...(denied.length === 0
        ? []
        : [
            `macOS does not let this program list ${denied.join(', ')}: this program lacks the permission (Full Disk Access), which says nothing about the agent`,
          ]),
      ...closed.map((path) => `a subfolder of ${path} cannot be read`),
      ...(odd === 0 ? [] : [oddNames(odd, 'file of the watched folder', 'files of the watched folder')]),
    ];
    return unread.length === 0 ? found : new PartialValue(found, unread.join('; '));
  },
});

function filesIn(lines: readonly string[], word: '#files' | '#below'): FilesOfKind[] {
  return lines.flatMap((line) => {
    const match = /^(#\w+) (\S+) (\d+) (\d+) (\d+) (\d+)$/.exec(line);
    if (match === null || match[1] !== word) return [];
    const [, , extension = '-', count, bytes, oldest, newest] = match;
    return [
      {
        extension,
        count: Number(count),
        bytes: Number(bytes),
        oldest: Number(oldest) * 1000,
        newest: Number(newest) * 1000,
      },
    ];
  });
}
