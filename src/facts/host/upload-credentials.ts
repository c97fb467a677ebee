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

export interface UploadCredentials {
  readonly credentials: readonly Credential[];
  /** Labels of agents whose property list holds the key itself. */
  readonly keyInPropertyList: readonly string[];
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
elif [ "$3" = sourced ] && ! grep -aqvE "^((export )?[A-Za-z_][A-Za-z0-9_]*=[[:space:]\\"']*|[[:space:]]*#.*|[[:space:]]*)$" "$4"; then form=blank
elif grep -aqvE '^((export )?[A-Za-z_][A-Za-z0-9_]*=.*|[[:space:]]*#.*|[[:space:]]*)$' "$4"; then form=other
elif [ "$3" = sourced ] && grep -aq "^[^#].*$(printf '\\r')$" "$4"; then form=carriage-return
elif [ "$1 $3" != 'immich sourced' ] || grep -aqE "^(export )?IMMICH_API_KEY=[\\"']*[^[:space:]\\"']" "$4"; then form=assignments
else form=$(form_of_other_names "$4"); fi
elif hidden "$4"; then state=hidden
elif [ -L "$4" ]; then state=dangling
else state=missing; fi
print_line "#credential $1 $2 $3 $state $mode $bytes $form $(printf '%s' "$target" | sed 's/%/%25/g; s/ /%20/g') $4"
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
case $key_file in /* | ~*) tell immich expected "$how" "$key_file" ;; ?*) print_line "#key-in $(setting Label)" ;; esac
if [ -n "$(setting EnvironmentVariables.IMMICH_API_KEY)" ]; then print_line "#key-in $(setting Label)"; fi
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
      keyInPropertyList: named('key-in'),
      unreadable: named('unreadable'),
      leftovers: named('leftover'),
      foreignLeftovers: named('foreign-leftover'),
    };
  },
});
