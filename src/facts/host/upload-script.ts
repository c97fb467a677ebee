import { defineProbe } from '../../model/probe.ts';
import { SCRIPT_PATTERNS, type UploadScript } from '../../model/upload-script.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';

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
[ -r "$file" ] || { print_line "#script unreadable $file"; return; }
print_line "#script read $file"
written=$(head -c 262144 "$file" | sed -E 's,${SCRIPT_PATTERNS.comment},,')
text=$(printf '%s\\n' "$written" | sed -E 's,${SCRIPT_PATTERNS.others},,g')
lines_with() { printf '%s\\n' "$text" | grep -anE -e "$1"; }
each_of() { printf '%s\\n' "$text" | grep -anoE -e "$1"; }
each_of '${SCRIPT_PATTERNS.package}' | sed 's/:/ /; s/^/cli /'
lines_with '${SCRIPT_PATTERNS.program}' | sed 's/^\\([0-9]*\\):.*/cli \\1 @immich\\/cli@installed/'
each_of '${SCRIPT_PATTERNS.deletes}' | sed -E 's/^([0-9]*):([A-Za-z_-]*).*/option \\1 \\2/; s/-$//'
{ lines_with '${SCRIPT_PATTERNS.removes}' | sed -E 's,${SCRIPT_PATTERNS.redirection},,g; s/^([0-9]*):/\\1 /' | grep -aviE -e '${SCRIPT_PATTERNS.harmless}'
each_of '${SCRIPT_PATTERNS.truncates}' | sed 's/:/ /' | grep -aviE -e '${SCRIPT_PATTERNS.logs}'
printf '%s\\n' "$written" | grep -anE -e '${SCRIPT_PATTERNS.moves}' | sed 's/:/ /'; } | sort -un | sed 's/^\\([0-9]*\\) .*/removal \\1/'
lines_with '${SCRIPT_PATTERNS.runsOthers}' | sed 's/^\\([0-9]*\\):.*/other \\1/'
if printf '%s\\n' "$written" | grep -aqE '${SCRIPT_PATTERNS.verifies}'; then echo verifies; fi
if printf '%s\\n' "$written" | grep -aqE '${SCRIPT_PATTERNS.hsdoctor}'; then echo hsdoctor; fi
}
for_each_agent inspect
${END}`,
  parse(raw) {
    requireEnd(raw);
    return raw.stdout
      .split(/(?<![^\n])#script /)
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
          deleteOptions: matches(/^option (\d+) (\S+)$/g).map(([, line, option = '']) => ({
            line: Number(line),
            option,
          })),
          removals: matches(/^removal (\d+)$/g).map(([, line]) => Number(line)),
          runsOthers: matches(/^other (\d+)$/g).map(([, line]) => Number(line)),
          verifies: rest.includes('verifies'),
          callsHsdoctor: rest.includes('hsdoctor'),
        };
      });
  },
});
