import { defineProbe } from '../../model/probe.ts';
import { COMMAND_PATTERNS, KNOWN_COMMANDS } from '../../model/script-commands.ts';
import { REMOVAL_PATTERNS } from '../../model/script-removals.ts';
import { SCRIPT_PATTERNS, type UploadScript } from '../../model/upload-script.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';

/** Bytes of a script that are read. */
const LONGEST = 262_144;

/** A text of awk, which stands between single quotes of a shell. */
const awkText = (text: string) =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll("'", '\\047')}"`;

/** Patterns as variables of awk. */
const assigned = (patterns: Readonly<Record<string, string>>) =>
  Object.entries(patterns)
    .map(([name, text]) => `${name} = ${awkText(text)}`)
    .join('\n');

/** The same as `judgeRemovals`. */
const REMOVALS = `
BEGIN {
${assigned(REMOVAL_PATTERNS)}
}
{ text[NR] = $0; collect($0) }
function collect(line, found, name, value, rest) {
rest = line
while (match(rest, loop)) {
found = substr(rest, RSTART, RLENGTH); rest = substr(rest, RSTART + RLENGTH)
sub(/.*[^A-Za-z0-9_]/, "", found); other[found] = 1
}
while (match(line, assignment)) {
found = substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH)
match(found, assignmentName)
name = substr(found, RSTART, RLENGTH - 1); value = tolower(substr(found, index(found, "=") + 1))
if (value ~ temporary) passingVariables[name] = 1
else if (value !~ passing) other[name] = 1
}
}
function judge(line, own, code, name, commands, many, n) {
if (line ~ moves) return "removal"
own = line; gsub(others, "", own); code = own
while (match(own, truncates)) {
name = tolower(substr(own, RSTART, RLENGTH)); own = substr(own, RSTART + RLENGTH)
if (name !~ logs) return "removal"
}
gsub(/\\047/, "\\042", code)
if (code !~ removes) return ""
sub(trailingComment, "", code); sub(trapEnd, "", code); gsub(redirection, "", code)
if (code !~ removes) return ""
many = split(code, commands, separator)
for (n = 1; n <= many; n++) if (commands[n] ~ removes && !is_harmless(commands[n])) return "removal"
return code ~ upwards || has_other(code) ? "other" : ""
}
function has_other(text, name) {
while (match(text, variable)) {
name = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
gsub(/[$]|[{]/, "", name)
if (name in other) return 1
}
return 0
}
function is_temporary(text, name, names) {
while (match(text, variable)) {
name = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
gsub(/[$]|[{]/, "", name); names++
if (!(name in passingVariables) || name in other) return 0
}
return names > 0
}
function is_harmless(command, words, files, many, n) {
words = command; gsub(program, " ", words); gsub(option, " ", words); gsub(closing, "", words)
many = split(words, files, " ")
if (many > 1 && command ~ finds) many = 1
for (n = 1; n <= many; n++) if (!is_temporary(files[n]) && tolower(files[n]) !~ harmless) return 0
return many > 0
}
END { for (n = 1; n <= NR; n++) { said = judge(text[n]); if (said != "") print said " " n } }`;

const UNKNOWN_COMMANDS = `
BEGIN {
${assigned(COMMAND_PATTERNS)}
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
function overwrites(line, bare, piece) {
bare = ""
while (match(line, anyQuoted)) {
piece = substr(line, RSTART + 1, RLENGTH - 2)
bare = bare substr(line, 1, RSTART - 1) (index(piece, ">") ? "q" : piece); line = substr(line, RSTART + RLENGTH)
}
bare = bare line
gsub(arithmetic, ":", bare); gsub(teeAppends, " ", bare); gsub(tee, " > ", bare)
while (match(bare, overwriting)) {
piece = tolower(substr(bare, RSTART, RLENGTH)); bare = substr(bare, RSTART + RLENGTH)
if (piece ~ photo || piece !~ output) return 1
}
return 0
}
function sources_other(line) {
while (match(line, sources)) {
if (substr(line, RSTART, RLENGTH) !~ keyFile) return 1
line = substr(line, RSTART + RLENGTH)
}
return 0
}
function is_unknown(line, bare, parts, many, n) {
bare = line
if (bare ~ trap) { sub(trap, "; ", bare); sub(trapEnd, " ", bare) }
gsub(escapedQuote, "", bare); gsub(quoted, "q", bare); sub(trailingComment, "", bare)
if (index(bare, "\\047") || gsub(/"/, "", bare) % 2) return 1
gsub(duplicated, " ", bare); gsub(arithmetic, ":", bare); gsub(array, "", bare)
if (bare ~ caseBegins) { cases++; gsub(/[)]/, ";", bare) }
else if (cases > 0) sub(casePattern, "", bare)
if (bare ~ caseEnds) cases--
gsub(separator, "\\n", bare)
if (line ~ unknownUse || overwrites(line) || sources_other(line)) return 1
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
written=$(head -c ${LONGEST} "$file" | tr -d '\\r' | sed -E 's,${SCRIPT_PATTERNS.comment},,; s,${SCRIPT_PATTERNS.saying},,; s,${SCRIPT_PATTERNS.trailing},,')
text=$(printf '%s\\n' "$written" | sed -E 's,${REMOVAL_PATTERNS.others},,g')
lines_with() { printf '%s\\n' "$text" | grep -anE -e "$1"; }
each_of() { printf '%s\\n' "$text" | grep -anoE -e "$1"; }
each_of '${SCRIPT_PATTERNS.package}' | sed 's/:/ /; s/^/cli /'
lines_with '${SCRIPT_PATTERNS.program}' | sed 's/^\\([0-9]*\\):.*/cli \\1 @immich\\/cli@installed/'
each_of '${SCRIPT_PATTERNS.deletes}' | sed -E 's/^([0-9]*):([A-Za-z_-]*).*/option \\1 \\2/; s/-$//'
printf '%s\\n' "$written" | awk '${REMOVALS}'
if printf '%s\\n' "$text" | grep -aqE 'api-key' && grep -aqE '^[^#]*IMMICH_DELETE_(ASSETS|DUPLICATES)' "$HOME/.config/immich/api-key" 2>/dev/null; then
lines_with 'api-key' | sed 's/^\\([0-9]*\\):.*/option \\1 IMMICH_DELETE_ASSETS/'
fi
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
          runsOthers: [...new Set(matches(/^other (\d+)$/g).map(([, line]) => Number(line)))].sort(
            (a, b) => a - b,
          ),
          verifies: rest.includes('verifies'),
          callsHsdoctor: rest.includes('hsdoctor'),
        };
      });
  },
});
