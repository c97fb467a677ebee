import { FactUnavailable } from '../../model/fact.ts';
import type { RawOutput } from '../../model/probe.ts';

/**
 * Shell text about the user's launchd agents that upload to Immich: those whose label, program or arguments speak of
 * `upload-immich`, or that run `hsdoctor immich upload`. It sets `home` of the user, and gives
 *
 * - `for_each_agent CALL [CALL_IF_BROKEN]`: calls with `plist` set to the file, and `settings` to what it holds
 * - `setting KEY`: the strings of a key, one a line; `EnvironmentVariables.NAME` for a variable
 * - `uses_hsdoctor`: whether the agent runs hsdoctor and no script
 * - `program`: what the agent runs in the end, behind the shells that only start it; nothing where that is not clear
 * - `is_odd NAME`: whether it holds a control character
 * - `hidden PATH`: whether it is kept from this user, so that nobody may call it missing
 *
 * No variable's value and no argument may be printed as it is: `settings` holds keys. What is printed is read line by
 * line, so that nothing with a control character in it may be printed as it is either: property lists of such a name are
 * counted in `odd_files` and not looked at, and such values are not among the settings.
 */
export const FIND_AGENTS = String.raw`
home=$HOME
case $SUDO_USER in '' | *[!A-Za-z0-9._-]*) ;; *) eval "home=~$SUDO_USER" ;; esac
hidden() {
case $(ls -L "$1" 2>&1 >/dev/null) in *'ermission denied'* | *'not permitted'*) return 0 ;; esac
return 1
}
flatten() {
plutil -convert xml1 -o - "$1" 2>/dev/null | awk -v home="$home" '
BEGIN { RS = "<" }
function plain(text) {
gsub(/[[:cntrl:]]/, " ", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
return text
}
{ at = index($0, ">"); tag = substr($0, 1, at - 1); text = substr($0, at + 1) }
tag == "dict" || tag == "array" { depth++ }
tag == "/dict" || tag == "/array" { depth-- }
tag == "key" && depth == 1 { key = text; name = "" }
tag == "key" && depth == 2 && key == "EnvironmentVariables" { name = "." text }
tag == "string" && depth <= 2 {
# Only the text that a shell is to run may have several lines.
is_text = key == "ProgramArguments" && last ~ /^-[A-Za-z]*c$/; last = text
if (text ~ /[[:cntrl:]]/ && !is_text) { if (key != "ProgramArguments") next; text = "-" }
text = plain(text)
if (key !~ /^Program/ && name == "" && text ~ /^~\//) text = home substr(text, 2)
print key name "\t" text
}'
}
setting() { printf '%s\n' "$settings" | awk -F '\t' -v key="$1" '$1 == key { print $2 }'; }
uploads() {
printf '%s\n' "$settings" | awk -F '\t' '
$1 == "Label" || $1 == "Program" || $1 == "ProgramArguments" { text = text " " $2 }
$1 ~ /^EnvironmentVariables[.]IMMICH_/ { given = 1 }
END { exit !(given && text !~ /[ \/]hsdoctor / || text ~ /upload-immich/ || text ~ /[ \/]hsdoctor +immich +upload( |$)/) }'
}
uses_hsdoctor() { setting ProgramArguments | grep -qE '(^|[ /])hsdoctor( |$)'; }
program() {
printf '%s\n' "$settings" | awk -F '\t' -v home="$home" '
function split_as_shell(text, at, letter, quoted) {
count = 0; is_open = 0
for (at = 1; at <= length(text); at++) {
letter = substr(text, at, 1)
if (quoted == "" && letter ~ /[ ;&|()]/) { is_open = 0; continue }
if (!is_open) { word[++count] = ""; is_open = 1 }
if (letter == quoted) quoted = ""
else if (quoted == "" && letter ~ /["\047]/) quoted = letter
else if (quoted == "" && letter == "\\") word[count] = word[count] substr(text, ++at, 1)
else word[count] = word[count] letter
}
}
function start(n, in_shell) {
for (n = 1; n <= count; n++) {
if (word[n] ~ /^-[A-Za-z]*c$/ && !in_shell) {
split_as_shell(word[n + 1]); in_shell = "text"
for (n = 1; n <= count && word[n] != "exec"; n++);
if (n <= count) in_shell = "exec"; else n = 0
continue
}
if (word[n] ~ /(^|\/)(sh|bash|zsh|dash|ksh|env)$/ || word[n] ~ /^[A-Za-z_][A-Za-z0-9_]*=/) continue
if (word[n] ~ /^[-+]o$/) { n++; continue }
if (word[n] ~ /^[-+]/ || word[n] ~ /wait4path$/ || word[n] == "/nix/store") continue
if (in_shell != "text" || word[n] ~ /^[\/~$]/ || word[n] ~ /^hsdoctor$|upload-immich/) return word[n]
}
return ""
}
$1 == "Program" { named = $2 }
$1 == "ProgramArguments" { word[++count] = $2 }
END {
if (named != "") { word[1] = named; if (count == 0) count = 1 }
program = start(1, "")
if (program ~ /^(~|[$]HOME|[$][{]HOME[}])\//) program = home substr(program, index(program, "/"))
print program
}'
}
print_line() { printf '%s\n' "$*"; }
is_odd() { case $1 in *[[:cntrl:]]*) return 0 ;; esac; return 1; }
for_each_agent() {
odd_files=0
for plist in "$home"/Library/LaunchAgents/*.plist /Library/LaunchAgents/*.plist; do
[ -e "$plist" ] || [ -L "$plist" ] || continue
if is_odd "$plist"; then odd_files=$((odd_files + 1)); continue; fi
# A binary list holds a text that is not all ASCII in UTF-16.
if [ -r "$plist" ]; then tr -d '\000' <"$plist" | grep -qa -e upload-immich -e hsdoctor -e IMMICH_ || continue; fi
settings=$(flatten "$plist")
if [ -n "$settings" ]; then
if uploads; then "$1"; fi
else case $plist in *upload-immich*) [ -z "$2" ] || "$2" ;; esac; fi
done
}
`;

/** The user whose agents they are, behind sudo too: sets `uid`. */
export const FIND_USER = 'uid=$SUDO_UID; [ -n "$uid" ] || uid=$(id -u)';

/** What is said of things that were left out for their names, which could pass for other lines. */
export const oddNames = (count: number, one: string, several: string) =>
  count === 1
    ? `1 ${one} has a control character in its name and was not checked`
    : `${count} ${several} have control characters in their names and were not looked at`;

/** The last line of what a script prints: without it, nobody knows what else there was to tell. */
export const END = "echo '#end'";

/** @throws {FactUnavailable} where the output does not reach its end */
export function requireEnd({ stdout, stderr, exitCode }: RawOutput): void {
  if (!/(?<![^\n])#end(?![^\n])/.test(stdout))
    throw new FactUnavailable(
      'failed',
      `the reading exited with ${exitCode} before its end: ${stderr.trim()}`,
    );
}

/** A time as `ps -o lstart=` prints it under `LC_ALL=C` and `TZ=UTC` (`Tue Mar 10 09:58:01 2026`), in milliseconds since 1970. */
export function startTime(text: string): number | undefined {
  const at = Date.parse(`${text.trim()} UTC`);
  return Number.isNaN(at) ? undefined : at;
}
