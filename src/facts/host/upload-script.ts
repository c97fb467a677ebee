import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { quote } from '../../text/shell.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';

/** The script that an upload agent runs. */
export interface UploadScriptText {
  readonly path: string;
  readonly readable: boolean;
  readonly text: string;
  /** Its end was read too. */
  readonly isWhole: boolean;
  readonly settings: readonly SettingsFile[];
}

/** A file that it may take in. */
export interface SettingsFile {
  /** Behind `$HOME`. */
  readonly path: string;
  /** What it sets; `-` where it does anything else. */
  readonly names: readonly string[];
}

/** Bytes of a script that are read. */
const LONGEST = 262_144;

/** A line of a file of settings, which runs nothing; or the bare key, which is a fault of another kind. */
const SETTING =
  '^[[:space:]]*(set [-+]a|export [A-Za-z0-9_ ]+|(export[[:space:]]+)?[A-Za-z_][A-Za-z0-9_]*=("[^"`$]*"|\'[^\']*\'|[^][:space:]"`$;&|<>()\']*)[[:space:]]*|[A-Za-z0-9_+/=-]{8,})?(#.*)?$';

export const uploadScript = defineProbe<readonly UploadScriptText[]>({
  id: 'upload-script',
  reads:
    'the scripts that the upload agents run, and the names of the variables that the files beside them set',
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'grep'],
  script: `${FIND_AGENTS}
setting_line=${quote(SETTING)}
sourced() {
sed -nE 's/^(.*[;&|{[:space:]])?([.]|source)[[:space:]]+"?(~|[$]HOME|[$][{]HOME[}])\\/([^"[:space:];&|)]+).*$/\\4/p' "$file"
for name in "$home"/.config/*/*; do print_line "\${name#"$home"/}"; done
}
settings_of() {
sourced | sort -u | head -n 200 | while read -r name; do
if is_odd "$name" || [ ! -f "$home/$name" ] || [ ! -r "$home/$name" ]; then continue; fi
if [ "$(($(wc -c <"$home/$name")))" -gt 65536 ]; then continue; fi
print_line "#settings $name"
if grep -avqE "$setting_line" "$home/$name"; then echo '#sets -'; continue; fi
sed -nE 's/^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=.*$/#sets \\2/p' "$home/$name"
done
}
inspect() {
file=$(program)
if uses_hsdoctor; then return; fi
if [ ! -f "$file" ] && ! hidden "$file"; then return; fi
[ -r "$file" ] || { print_line "#script unreadable $file"; return; }
# What is no text is no script.
[ "$(($(head -c 1024 "$file" | wc -c)))" = "$(($(head -c 1024 "$file" | tr -d '\\000' | wc -c)))" ] || return
print_line "#script read $file"
if [ "$(($(wc -c <"$file")))" -gt ${LONGEST} ]; then echo '#cut'; fi
settings_of
head -c ${LONGEST} "$file" | tr -d '\\r\\000' | sed 's/^/\t/'
echo
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
        const settings = rest
          .filter((line) => /^#(?:settings|sets) /.test(line))
          .join('\n')
          .split(/(?<![^\n])#settings /)
          .slice(1);
        return {
          path,
          readable: state === 'read',
          text: rest.flatMap((line) => (line.startsWith('\t') ? [line.slice(1)] : [])).join('\n'),
          isWhole: !rest.includes('#cut'),
          settings: settings.map((each) => {
            const [name = '', ...names] = each.trimEnd().split('\n#sets ');
            return { path: `$HOME/${name}`, names };
          }),
        };
      });
  },
});
