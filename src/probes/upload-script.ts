import { defineProbe } from '../model/probe.ts';
import { lines } from '../text/lines.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';

/** The lines of an upload script that decide whether a photo can be lost: their numbers and these words, no more. */
export interface UploadScript {
  readonly path: string;
  readonly readable: boolean;
  /** Where it calls the command line of Immich, and which version it asks for. */
  readonly cli: readonly { readonly line: number; readonly version?: string }[];
  /** `--delete`, `--delete-duplicates`. */
  readonly deleteOptions: readonly { readonly line: number; readonly option: string }[];
  /** Lines that remove files, other than of locks, logs and the like. */
  readonly removals: readonly number[];
  /** It asks the server for checksums. */
  readonly verifies: boolean;
}

export const uploadScript = defineProbe<readonly UploadScript[]>({
  id: 'upload-script',
  reads: 'the scripts that the upload agents run: the lines that call the uploader, and those that delete',
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'grep'],
  script: `${FIND_AGENTS}
inspect() {
file=$(program)
if uses_hsdoctor; then return; fi
if [ ! -f "$file" ] && ! hidden "$file"; then return; fi
[ -r "$file" ] || { echo "#script unreadable $file"; return; }
echo "#script read $file"
text=$(head -c 262144 "$file" | sed 's/^[[:space:]]*#.*//')
printf '%s\\n' "$text" | grep -anoE '@immich/cli(@[A-Za-z0-9._^~"$\\{}-]+)?' | sed 's/:/ /; s/^/cli /'
printf '%s\\n' "$text" | grep -anE '(^|[;&|({[:space:]])immich[[:space:]]+upload' | grep -av hsdoctor | sed 's/^\\([0-9]*\\):.*/cli \\1 @immich\\/cli@installed/'
printf '%s\\n' "$text" | grep -anoE -e '--delete(-duplicates)?([^A-Za-z-]|$)' | sed 's/^\\([0-9]*\\):\\(--[a-z-]*\\).*/option \\1 \\2/'
printf '%s\\n' "$text" | grep -anE '(^|[;&|({[:space:]])([^[:space:]]*/)?(rm|trash|unlink)[[:space:]]|[[:space:]]-delete([[:space:];|&)]|$)' | grep -avi -e lock -e token -e tmp -e temp -e '[.]log' -e pid -e trap | sed 's/^\\([0-9]*\\):.*/removal \\1/'
if printf '%s\\n' "$text" | grep -aqE 'bulk-upload-check|search/metadata'; then echo verifies; fi
}
for_each_agent inspect
${END}`,
  parse(raw) {
    requireEnd(raw);
    return raw.stdout
      .split(/^#script /m)
      .slice(1)
      .map((block) => {
        const [head = '', ...rest] = lines(block);
        const [, state, path = ''] = /^(\w+) (.*)$/.exec(head) ?? [];
        const matches = (pattern: RegExp) => rest.flatMap((line) => [...line.matchAll(pattern)]);
        return {
          path,
          readable: state === 'read',
          cli: matches(/^cli (\d+) @immich\/cli(?:@(.+))?$/g).map(([, line, version]) => ({
            line: Number(line),
            ...(version === undefined ? {} : { version }),
          })),
          deleteOptions: matches(/^option (\d+) (--\S+)$/g).map(([, line, option = '']) => ({
            line: Number(line),
            option,
          })),
          removals: matches(/^removal (\d+)$/g).map(([, line]) => Number(line)),
          verifies: rest.includes('verifies'),
        };
      });
  },
});
