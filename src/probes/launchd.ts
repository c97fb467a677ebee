/**
 * Shell text about the user's launchd agents that upload to Immich: those whose label, program or arguments speak of
 * `upload-immich`, or that run `hsdoctor immich upload`. It sets `home` of the user, and gives
 *
 * - `for_each_agent CALL [CALL_IF_BROKEN]`: calls with `plist` set to the file, and `settings` to what it holds
 * - `setting KEY`: the strings of a key, one a line; `EnvironmentVariables.NAME` for a variable
 * - `uses_hsdoctor`: whether the agent runs hsdoctor and no script
 * - `program`: what the agent runs in the end, behind the shells that only start it
 *
 * No variable's value and no argument may be printed as it is: `settings` holds keys.
 */
export const FIND_AGENTS = String.raw`
home=$HOME
case $SUDO_USER in '' | *[!A-Za-z0-9._-]*) ;; *) eval "home=~$SUDO_USER" ;; esac
flatten() {
plutil -convert xml1 -o - "$1" 2>/dev/null | awk '
BEGIN { RS = "<" }
function plain(text) {
gsub(/[\n\t]/, " ", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
return text
}
{ at = index($0, ">"); tag = substr($0, 1, at - 1); text = substr($0, at + 1) }
tag == "dict" || tag == "array" { depth++ }
tag == "/dict" || tag == "/array" { depth-- }
tag == "key" && depth == 1 { key = text; name = "" }
tag == "key" && depth == 2 && key == "EnvironmentVariables" { name = "." text }
tag == "string" && depth <= 2 { print key name "\t" plain(text) }'
}
setting() { printf '%s\n' "$settings" | awk -F '\t' -v key="$1" '$1 == key { print $2 }'; }
uploads() {
printf '%s\n' "$settings" | awk -F '\t' '
$1 == "Label" || $1 == "Program" || $1 == "ProgramArguments" { text = text " " $2 }
END { exit !(text ~ /upload-immich/ || text ~ /[ \/]hsdoctor +immich +upload( |$)/) }'
}
uses_hsdoctor() { setting ProgramArguments | grep -qE '(^|[ /])hsdoctor( |$)'; }
program() {
printf '%s\n' "$settings" | awk -F '\t' -v home="$home" '
$1 == "Program" { program = $2 }
$1 == "ProgramArguments" && ++count == 1 && program == "" { program = $2 }
$1 == "ProgramArguments" && count > 1 { text = text " " $2 }
END {
if (program ~ /\/(sh|bash|zsh|dash|env)$/) {
gsub(/["\047;&|]/, " ", text)
if (match(text, / exec +[^ ]+/)) { program = substr(text, RSTART, RLENGTH); sub(/ exec +/, "", program) }
else {
words = split(text, word, / +/)
for (n = 1; n <= words; n++) if (word[n] ~ /^[\/~$]/ && word[n] !~ /wait4path$|^\/nix\/store$/) { program = word[n]; break }
}
}
if (program ~ /^(~|[$]HOME|[$][{]HOME[}])\//) program = home substr(program, index(program, "/"))
print program
}'
}
for_each_agent() {
for plist in "$home"/Library/LaunchAgents/*.plist /Library/LaunchAgents/*.plist; do
[ -e "$plist" ] || [ -L "$plist" ] || continue
if [ -r "$plist" ]; then grep -qa -e upload-immich -e hsdoctor "$plist" || continue; fi
settings=$(flatten "$plist")
if [ -n "$settings" ]; then
if uploads; then "$1"; fi
else case $plist in *upload-immich*) [ -z "$2" ] || "$2" ;; esac; fi
done
}
`;

/** The user whose agents they are, behind sudo too: sets `uid`. */
export const FIND_USER = 'uid=$SUDO_UID; [ -n "$uid" ] || uid=$(id -u)';

/** A time as `ps -o lstart=` prints it under `LC_ALL=C` and `TZ=UTC` (`Tue Mar 10 09:58:01 2026`), in milliseconds since 1970. */
export function startTime(text: string): number | undefined {
  const at = Date.parse(`${text.trim()} UTC`);
  return Number.isNaN(at) ? undefined : at;
}
