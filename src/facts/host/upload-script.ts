import { defineProbe } from '../../model/probe.ts';
import { COMMAND_PATTERNS, KNOWN_COMMANDS } from '../../model/script-commands.ts';
import { SCRIPT_PATTERNS, type UploadScript } from '../../model/upload-script.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';

/** Bytes of a script that are read. */
const LONGEST = 262_144;

/** A text of awk, which stands between single quotes of a shell. */
const awkText = (text: string) =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll("'", '\\047')}"`;

const UNKNOWN_COMMANDS = `
BEGIN {
${Object.entries(COMMAND_PATTERNS)
  .map(([name, text]) => `${name} = ${awkText(text)}`)
  .join('\n')}
many = split("${KNOWN_COMMANDS.join(' ')}", names, " "); for (n = 1; n <= many; n++) known[names[n]] = 1
}
function is_known(part, line, word) {
while (sub(prefix, "", part)) if (part == "") break
if (part == "") return 1
word = part; sub(afterWord, "", word)
if (word ~ runner) return line ~ uploader
if (word in functions) return 1
sub(folder, "", word)
return word in known
}
function is_unknown(line, bare, parts, many, n) {
bare = line
if (bare ~ trap) { sub(trap, "; ", bare); sub(trapEnd, " ", bare) }
gsub(escapedQuote, "", bare); gsub(quoted, "q", bare); sub(trailingComment, "", bare)
if (index(bare, "\\047") || gsub(/"/, "", bare) % 2) return 1
gsub(duplicated, " ", bare); gsub(arithmetic, "0", bare); gsub(array, "", bare)
if (bare ~ caseBegins) { cases++; gsub(/[)]/, ";", bare) }
else if (cases > 0) sub(casePattern, "", bare)
if (bare ~ caseEnds) cases--
gsub(separator, "\\n", bare)
if (line ~ unknownUse) return 1
many = split(bare, parts, "\\n")
for (n = 1; n <= many; n++) if (!is_known(parts[n], line)) return 1
return 0
}
NR == 1 && /^#!/ && $0 !~ shebang { foreign = 1 }
{
sub(/\\r$/, ""); sub(comment, "")
if (held == "") begun = NR
text = held $0; held = ""
if (text ~ /\\\\$/) { held = substr(text, 1, length(text) - 1) " "; next }
keep(text)
}
function keep(text, name) {
texts[++count] = text; at[count] = begun
if (match(text, functionName)) {
name = substr(text, RSTART, RLENGTH); gsub(/^[ \\t]*(function[ \\t])?[ \\t]*|[ \\t]*[(][)]/, "", name); functions[name] = 1
}
}
END {
if (held != "") keep(held)
if (foreign) print "other 1"
else for (n = 1; n <= count; n++) if (is_unknown(texts[n])) print "other " at[n]
}`;

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
written=$(head -c ${LONGEST} "$file" | sed -E 's,${SCRIPT_PATTERNS.comment},,')
text=$(printf '%s\\n' "$written" | sed -E 's,${SCRIPT_PATTERNS.others},,g')
lines_with() { printf '%s\\n' "$text" | grep -anE -e "$1"; }
each_of() { printf '%s\\n' "$text" | grep -anoE -e "$1"; }
each_of '${SCRIPT_PATTERNS.package}' | sed 's/:/ /; s/^/cli /'
lines_with '${SCRIPT_PATTERNS.program}' | sed 's/^\\([0-9]*\\):.*/cli \\1 @immich\\/cli@installed/'
each_of '${SCRIPT_PATTERNS.deletes}' | sed -E 's/^([0-9]*):([A-Za-z_-]*).*/option \\1 \\2/; s/-$//'
{ lines_with '${SCRIPT_PATTERNS.removes}' | sed -E 's,${SCRIPT_PATTERNS.redirection},,g; s/^([0-9]*):/\\1 /' | grep -aviE -e '${SCRIPT_PATTERNS.harmless}'
each_of '${SCRIPT_PATTERNS.truncates}' | sed 's/:/ /' | grep -aviE -e '${SCRIPT_PATTERNS.logs}'
printf '%s\\n' "$written" | grep -anE -e '${SCRIPT_PATTERNS.moves}' | sed 's/:/ /'; } | sort -un | sed 's/^\\([0-9]*\\) .*/removal \\1/'
head -c ${LONGEST} "$file" | awk '${UNKNOWN_COMMANDS}'
if [ "$(($(wc -c <"$file")))" -gt ${LONGEST} ]; then echo 'other 0'; fi
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
