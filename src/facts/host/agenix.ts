import { IN_PLACE_OF_ENCRYPTED, type InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, untilEnd } from './ending.ts';

export interface Secret {
  readonly path: string;
  readonly state: 'present' | 'missing' | 'dangling';
  /** Octal, `400`. */
  readonly mode?: string;
  /** User and group, as numbers and as names: `999:999`, `postgres:postgres`. */
  readonly owner?: readonly string[];
  readonly bytes?: number;
  /**
   * Whether every line looks like `KEY=value`, or like `KEY=` (as a key in base64 may), none has an equals sign, none has
   * anything but blanks, or neither; judged on the host, the content stays there.
   */
  readonly form?: 'assignments' | 'valueless' | 'raw' | 'blank' | 'other';
  /** Named by the activation script of the running system, or by a unit's mount. */
  readonly declared: boolean;
  /** What the activation script sets. */
  readonly declaredMode?: string;
  readonly declaredOwner?: string;
  /** Name of the encrypted file. */
  readonly source?: string;
  /** What lies there in place of what age encrypted, where that is so. */
  readonly inPlaceOfSource?: InPlaceOfEncrypted;
  /** The keys with which the system decrypts its secrets, and whether they exist. */
  readonly keys?: readonly { readonly path: string; readonly isThere: boolean }[];
  /** A unit of its own decrypts, and not the activation of the system. */
  readonly byUnit?: true;
}

// The activation script tells first where the secrets are to be found (age.secretsDir), and of each secret in this order: its place, its encrypted file, its mode, its owner.
const DECLARATIONS = String.raw`
BEGIN { place = "/run/agenix" }
/_agenix_generation=.*readlink \// {
place = $0
sub(/.*readlink /, "", place)
sub(/[) ].*/, "", place)
}
/_truePath="/ {
path = $0
sub(/.*_truePath="/, "", path)
sub(/".*/, "", path)
sub(/^.*\/\$_agenix_generation\//, place "/", path)
print "declared " path
}
/echo "decrypting .* to / {
file = $0
sub(/.*echo "decrypting ./, "", file)
sub(/. to .*/, "", file)
print "file " file " " path
sub(/^\/nix\/store\/[a-z0-9]+-/, "", file)
# From the folder of the secrets on, where it is in one; a blank would end it.
if (!sub(/^.*\/secrets\//, "", file)) sub(/.*\//, "", file)
gsub(/ /, "//", file)
print "source " file " " path
}
$1 == "chmod" && /"\$TMP_FILE"/ { print "mode " $2 " " path }
$1 == "chown" && /"\$_truePath"/ { print "owner " $2 " " path }`;

/** Where a secret is, up to what may follow it in a command; a name that only a running shell knows is left out. */
const PLACE = '/run/agenix/[^][:space:]:;,|&()<>=]+';

/** Of an encrypted file, which everybody may read in the store, only what kind of file it is; blanks may stand before armour. */
const HOLDS = `
holds() {
[ ! -L "$1" ] || case $(readlink "$1") in */annex/objects/*) echo git-annex; return ;; esac
[ -f "$1" ] && [ -r "$1" ] || return 0
[ -s "$1" ] || { echo empty; return; }
first=
IFS= read -r first <"$1" || :
case $first in
age-encryption.org/* | '-----BEGIN AGE ENCRYPTED FILE-----'* | '' | [[:space:]]*) ;;
'version https://git-lfs'*) echo git-lfs ;;
/annex/objects/*) echo git-annex ;;
GITCRYPT*) echo git-crypt ;;
*) echo other ;;
esac
}`;

const UNDERSTOOD =
  /^(?:(?:declared|found) (?:present|missing|dangling) \S+ \S+ \S+ .|(?:has|mode|owner|source|holds|decrypted|key) )/;

/** Secrets of agenix: declared by the system, mounted by a container unit, or simply there. */
export const secrets = defineProbe<readonly Secret[]>({
  id: 'agenix',
  reads:
    '/run/agenix and the activation script: names, modes, owners, sizes and formats of secrets and of their encrypted files; their content does not leave the host',
  root: true,
  tools: ['stat', 'awk'],
  script: `${HOLDS}
{ for script in /run/current-system/activate $(systemctl show --property=ExecStart agenix-install-secrets.service 2>/dev/null | sed -n 's/.*{ path=\\([^ ;]*\\) .*/\\1/p'); do
[ ! -r "$script" ] || awk '${DECLARATIONS}' "$script"
[ ! -r "$script" ] || sed -n "s/.*age[.]identityPaths entry \\(\\/.*\\) not present!.*/key \\1/p" "$script"
done
cat /etc/systemd/system/podman-*.service 2>/dev/null | sed -n 's/^ExecStart=\\(.*\\)/\\1/p' | while read -r script words; do
printf '%s\\n' "$words"
case $script in */podman) ;; *) [ ! -r "$script" ] || sed '/^[[:space:]]*#/d' "$script" ;; esac
done | tr '\\042\\047\\140\\134' '    ' | grep -aoE '${PLACE}' | grep -avE '[$*?{]|/run/agenix/$' | sed 's/^/declared /'
[ "$(systemctl show --property=LoadState --value agenix-install-secrets.service 2>/dev/null)" != loaded ] || echo 'decrypted by-unit'
for file in /run/agenix/*; do
if [ -e "$file" ] || [ -L "$file" ]; then echo "found $file"; fi
done
# The last of all in the order of sort.
echo '~'; } | sort -u | while read -r how file; do
case $how in '~') ${END}; continue ;; key) if [ -s "$file" ]; then echo "key there $file"; else echo "key absent $file"; fi; continue ;;
mode | owner | source | decrypted) echo "$how $file"; continue ;;
file) kind=$(holds "\${file%% *}" 2>/dev/null); [ -z "$kind" ] || echo "holds $kind \${file#* }"; continue ;; esac
if [ -f "$file" ]; then
form=other
if ! grep -aq '[^[:space:]]' "$file"; then form=blank
elif ! grep -aq = "$file"; then form=raw
elif ! grep -aqvE '^((export )?[A-Za-z_][A-Za-z0-9_.]*=[[:space:]]*|[[:space:]]*#.*|[[:space:]]*)$' "$file"; then form=valueless
elif ! grep -aqvE '^((export )?[A-Za-z_][A-Za-z0-9_.]*=([^=].*)?|[[:space:]]*#.*|[[:space:]]*)$' "$file" && grep -aqE '^[^#]*=.' "$file"; then form=assignments; fi
echo "$how present $(stat -L -c '%a %s' "$file") $form $file"
stat -L -c 'has %u:%g %U:%G %n' "$file"
elif [ -L "$file" ] || [ -L /run/agenix ] && [ ! -d /run/agenix ]; then echo "$how dangling - - - $file"
elif [ -e "$file" ]; then :
else echo "$how missing - - - $file"
fi
done`,
  parse: untilEnd((raw) => {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `the listing exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const all = lines(raw.stdout);
    const attribute = (name: string) =>
      new Map(
        all.flatMap((line) => {
          const match = /^(\S+) (\S+) (\/.+)$/.exec(line);
          return match?.[1] === name ? [[match[3] ?? '', match[2] ?? ''] as const] : [];
        }),
      );
    const strange = all.find((line) => !UNDERSTOOD.test(line));
    const byUnit = all.includes('decrypted by-unit') ? ({ byUnit: true } as const) : {};
    const [modes, owners, sources] = [attribute('mode'), attribute('owner'), attribute('source')];
    const holding = attribute('holds');
    const keys = all.flatMap((line) => {
      const [, state, path] = /^key (there|absent) (\/.+)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ path, isThere: state === 'there' }];
    });
    const actual = new Map(
      all.flatMap((line) => {
        const match = /^has (\S+) (\S+) (.+)$/.exec(line);
        return match === null ? [] : [[match[3] ?? '', [match[1] ?? '', match[2] ?? '']] as const];
      }),
    );
    const found = new Map<string, Secret>();
    for (const line of all) {
      const match = /^(declared|found) (present|missing|dangling) (\S+) (\S+) (\S+) (.+)$/.exec(line);
      if (match === null) continue;
      const [, how, state, mode, bytes, form, path = ''] = match;
      const optional = {
        owner: actual.get(path),
        declaredMode: modes.get(path),
        declaredOwner: owners.get(path),
        source: sources.get(path)?.replaceAll('//', ' '),
        inPlaceOfSource: IN_PLACE_OF_ENCRYPTED.find((each) => each === holding.get(path)),
      };
      found.set(path, {
        path,
        ...byUnit,
        ...(keys.length === 0 ? {} : { keys }),
        declared: how === 'declared' || found.get(path)?.declared === true,
        state: state as Secret['state'],
        ...(mode === '-' ? {} : { mode: mode as string, bytes: Number(bytes), form: form as 'raw' }),
        ...(Object.fromEntries(
          Object.entries(optional).filter(([, value]) => value !== undefined),
        ) as Partial<Secret>),
      });
    }
    if (strange === undefined) return [...found.values()];
    return new PartialValue([...found.values()], 'a line of the list of secrets is not understood');
  }),
});
