import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, FIND_USER, requireEnd } from './launchd.ts';

export interface Credential {
  readonly path: string;
  readonly of: 'immich' | 'pushover';
  /** The program of the agent reads it; else it is only there. */
  readonly expected: boolean;
  readonly state: 'present' | 'missing' | 'dangling' | 'unreadable' | 'hidden';
  /** Octal, `400`; of what a link points to. */
  readonly mode?: string;
  readonly bytes?: number;
  /**
   * `assignments` where every line looks like `KEY=value`; `other-names` where none of them is the key's; `unclear` where it
   * cannot be told whether the key that is used is in there. Judged on the host, the content stays there.
   */
  readonly form?: 'assignments' | 'raw' | 'blank' | 'carriage-return' | 'other-names' | 'other' | 'unclear';
  /** Where it is a link. */
  readonly target?: string;
  /** A script takes it in as shell text; hsdoctor takes any form. */
  readonly sourced: boolean;
}

/** A property list that holds the key itself: as a variable, or as a word of what the agent runs. */
export interface KeyInPropertyList {
  readonly file: string;
  readonly as: 'variable' | 'argument';
}

export interface UploadCredentials {
  readonly credentials: readonly Credential[];
  readonly keyInPropertyList: readonly KeyInPropertyList[];
  /** Programs that cannot be read: what they need is not known. */
  readonly unreadable: readonly string[];
  /** Leftovers that agenix stumbles over. */
  readonly leftovers: readonly string[];
  /** Those in folders of other users, whose removal is not this user's. */
  readonly foreignLeftovers: readonly string[];
}

/** Whether who reads it gets the key. */
export const holdsKey = ({ state, bytes, form, sourced }: Credential) =>
  state === 'present' &&
  bytes !== 0 &&
  form !== 'blank' &&
  form !== 'unclear' &&
  (!sourced || form === 'assignments');

export const uploadCredentials = defineProbe<UploadCredentials>({
  id: 'upload-credentials',
  reads:
    'the key files that the upload reads: modes, sizes and formats; their content does not leave the Mac',
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'stat'],
  script: `${FIND_USER}${FIND_AGENTS}
says() { printf '%s\\n' "$text" | grep -qaE -e "$1"; }
sourcing='(^|[;&|{(\`[:space:]])([.]|source)[[:space:]]'
# The form of a file without IMMICH_API_KEY: the script may give the key the name that counts, or have it from elsewhere.
form_of_other_names() {
names=$(sed -nE 's/^(export )?([A-Za-z_][A-Za-z0-9_]*)=.*/\\2/p' "$1")
for name in $names; do
if says "(IMMICH_API_KEY=|[[:space:]](-k|--key)[ =])[\\"']?[$][{]?$name([^A-Za-z0-9_]|$)"; then echo assignments; return; fi
done
if says 'IMMICH_API_KEY=|[[:space:]](-k|--key)[ =]|[[:space:]]login[[:space:]]' || [ -n "$(setting EnvironmentVariables.IMMICH_API_KEY)" ] ||
printf '%s\\n' "$text" | grep -aE "$sourcing" | grep -qavE '[.]config/(immich/api-key|pushover/immich)'; then echo unclear
else echo other-names; fi
}
tell() {
mode=- bytes=- form=- target=-
if [ -L "$4" ]; then target=$(readlink "$4"); fi
if is_odd "$target"; then target=-; fi
if [ -f "$4" ]; then
state=present
mode=$(stat -L -f %Lp "$4") bytes=$(stat -L -f %z "$4")
if [ ! -r "$4" ]; then state=unreadable
elif ! grep -aq '[^[:space:]]' "$4"; then form=blank
elif [ "$3" = read ] && { [ "$2" = found ] || grep -aq = "$4"; }; then form=unclear
elif ! grep -aq = "$4"; then form=raw
elif [ "$3" = sourced ] && ! grep -aqvE "^((export )?[A-Za-z_][A-Za-z0-9_]*=[[:space:]\\"']*|export [A-Za-z0-9_ ]+|set [-+]a|[[:space:]]*#.*|[[:space:]]*)$" "$4"; then form=blank
elif grep -aqvE '^((export )?[A-Za-z_][A-Za-z0-9_]*=.*|export [A-Za-z0-9_ ]+|set [-+]a|[[:space:]]*#.*|[[:space:]]*)$' "$4"; then form=other
elif [ "$3" = sourced ] && grep -aq "^[^#].*$(printf '\\r')$" "$4"; then form=carriage-return
elif [ "$1 $3" != 'immich sourced' ] || grep -aqE "^(export )?IMMICH_API_KEY=[\\"']*[^[:space:]\\"']" "$4"; then
form=assignments
# A shell takes the last one.
if [ "$1 $3" = 'immich sourced' ] && grep -aE '^(export )?IMMICH_API_KEY=' "$4" | tail -n 1 | grep -aqE "=[[:space:]\\"']*$"; then form=blank; fi
else form=$(form_of_other_names "$4"); fi
elif hidden "$4"; then state=hidden
elif [ -L "$4" ]; then state=dangling
else state=missing; fi
print_line "#credential $1 $2 $3 $state $mode $bytes $form $(printf '%s' "$target" | sed 's/%/%25/g; s/ /%20/g') $4"
}
# Whether a word of the agent's own command is a key: behind an option or a name for one, and no variable or path.
key_in_arguments() {
printf '%s\\n' "$settings" | awk -F '\\t' '
$1 == "ProgramArguments" { text = text "\\n" $2 }
END {
gsub(/["\\047]/, "", text); gsub(/[;&|()]/, " ", text)
count = split(text, word, /[ \\n]+/)
for (n = 1; n <= count; n++) {
name = tolower(word[n]); value = word[n + 1]; least = 16
if (at = index(word[n], "=")) { name = substr(name, 1, at - 1); value = substr(word[n], at + 1) }
if (at && name == "immich_api_key") least = 1
else if (name !~ /^(-k|--?(immich-?)?(api-?)?key|(-h)?x-api-key:)$/) {
if (name !~ /^(-h)?x-api-key:./) continue
value = substr(word[n], index(word[n], ":") + 1)
}
if (length(value) >= least && value ~ /^[A-Za-z0-9_-]+$/ && value !~ /^-/) exit 0
}
exit 1
}'
}
inspect() {
file=$(program) text='' how=sourced
if uses_hsdoctor; then how=any
elif [ -f "$file" ] && [ ! -r "$file" ]; then print_line "#unreadable $file"
elif [ -f "$file" ]; then
text=$(head -c 262144 "$file" | tr -d '\\000' | sed '/^[[:space:]]*#/d')
if says 'hsdoctor[[:space:]]+immich[[:space:]]+upload'; then how=any
elif ! says "$sourcing"; then how='read'; fi
fi
key_file=$(setting EnvironmentVariables.IMMICH_API_KEY_FILE)
# Else somebody took it for the key itself.
case $key_file in /* | ~*) tell immich expected "$how" "$key_file" ;; ?*) print_line "#key-in variable $plist" ;; esac
if [ -n "$(setting EnvironmentVariables.IMMICH_API_KEY)" ]; then print_line "#key-in variable $plist"; fi
if key_in_arguments; then print_line "#key-in argument $plist"; fi
for place in immich/api-key pushover/immich; do
path=$home/.config/$place
if says "[.]config/$place"; then expected=expected
elif [ -z "$key_file" ] && { [ -e "$path" ] || [ -L "$path" ]; }; then expected=found
else continue; fi
tell "\${place%%/*}" "$expected" "$how" "$path"
done
}
for_each_agent inspect | sort -u
tail -c 16384 "$home/Library/Logs/agenix/stderr" 2>/dev/null | grep -aoE 'open [^ ]+[.]tmp: permission denied' | sort -u | while read -r _ leftover _; do
leftover=\${leftover%:}
# Only a file of agenix, and no link to another one.
case $leftover in */agenix*/*) ;; *) continue ;; esac
if is_odd "$leftover"; then continue; fi
if [ ! -f "$leftover" ] || [ -L "$leftover" ]; then continue; fi
if [ "$(stat -f %u "\${leftover%/*}")" = "$uid" ]; then print_line "#leftover $leftover"
else print_line "#foreign-leftover $leftover"; fi
done
${END}`,
  parse(raw) {
    requireEnd(raw);
    const named = (what: string) =>
      lines(raw.stdout).flatMap((line) =>
        line.startsWith(`#${what} `) ? [line.slice(what.length + 2)] : [],
      );
    const found = new Map<string, Credential>();
    for (const line of named('credential')) {
      const match =
        /^(immich|pushover) (expected|found) (sourced|read|any) (\w+) (\S+) (\S+) (\S+) (\S+) (.+)$/.exec(
          line,
        );
      if (match === null) throw new Error(`a line that is not understood: ${line}`);
      const [, of, expected, how, state, mode, bytes, form, target, path = ''] = match;
      found.set(path, {
        path,
        of: of as Credential['of'],
        expected: expected === 'expected' || found.get(path)?.expected === true,
        sourced: how === 'sourced' || found.get(path)?.sourced === true,
        state: state as Credential['state'],
        ...(mode === '-' ? {} : { mode: mode as string, bytes: Number(bytes) }),
        ...(form === '-' ? {} : { form: form as 'raw' }),
        ...(target === '-' ? {} : { target: (target as string).replace(/%20/g, ' ').replace(/%25/g, '%') }),
      });
    }
    return {
      credentials: [...found.values()],
      keyInPropertyList: named('key-in').map((line) => {
        const [, as, file = ''] = /^(variable|argument) (.+)$/.exec(line) ?? [];
        if (as === undefined) throw new Error(`a line that is not understood: ${line}`);
        return { file, as: as as KeyInPropertyList['as'] };
      }),
      unreadable: named('unreadable'),
      leftovers: named('leftover'),
      foreignLeftovers: named('foreign-leftover'),
    };
  },
});
