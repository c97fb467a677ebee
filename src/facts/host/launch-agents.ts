import { parse } from 'fast-plist';
import * as z from 'zod/mini';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, FIND_USER, oddNames, requireEnd } from './launchd.ts';

/** `denied` where this user may not look; `unknown` where it is not clear which file is meant. */
type FileState = 'missing' | 'dangling' | 'folder' | 'executable' | 'file' | 'denied' | 'unknown';

/** A file or folder that the agent names, and what is there. */
interface NamedFile {
  readonly path: string;
  readonly state: FileState;
}

export interface LaunchAgent {
  readonly file: string;
  readonly label: string;
  /** What it runs in the end, behind the shells that only start it. */
  readonly program: NamedFile;
  /** Of the first line of a script. */
  readonly interpreter?: NamedFile;
  readonly watched: readonly NamedFile[];
  /** Folders that launchd opens the logs in, and the one that it runs the program in. */
  readonly folders: readonly NamedFile[];
  readonly standardOut?: string;
  readonly standardError?: string;
  /** Values only of PATH, HOME, IMMICH_INSTANCE_URL and of names of files. */
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments: options and paths only. */
  readonly arguments: readonly string[];
  readonly timeOutSeconds?: number;
  /** Nothing starts it but a change of what it watches. */
  readonly onlyWatches: boolean;
  /** Where bunx is: on the PATH of the agent, or elsewhere. */
  readonly bunx: { readonly onPath?: string; readonly elsewhere?: string };
}

export interface LaunchAgents {
  readonly uid: number;
  readonly home: string;
  readonly agents: readonly LaunchAgent[];
  /** Property lists that are of the upload, and that cannot be read, or are none of an agent. */
  readonly broken: readonly string[];
}

// On the host: what is not known to be harmless is blanked, and not what is known to be a secret.
const BLANK = String.raw`
BEGIN { RS = "<"; kept = "^(Label|Program|WatchPaths|QueueDirectories|StandardOutPath|StandardErrorPath|WorkingDirectory)$" }
function harmless(word) {
return word ~ /^-[A-Za-z]$|^--[A-Za-z][A-Za-z-]*$/ || word ~ /^(~|[$]HOME)?\/[A-Za-z0-9._\/@+-]*$/ || word ~ /^(hsdoctor|immich|upload|exec|&amp;&amp;|bunx|npx)$/
}
function argument(text, words, word, n, result) {
if (gsub(/[[:cntrl:]]/, " ", text)) text = " " text
if (text ~ /^\/[A-Za-z0-9 ._\/@+-]*$/ && !secret(last)) { last = ""; return text }
words = split(text, word, / +/)
for (n = 1; n <= words; n++) {
result = result (n > 1 ? " " : "") (harmless(word[n]) && !secret(last) ? word[n] : "-")
last = word[n]
}
return result
}
function secret(option) { return tolower(option) ~ /^--?(k|.*(key|token|secret|pass|auth|header|user).*)$/ && tolower(option) !~ /-file$/ }
NR == 1 { next }
# As plutil would write it in another version: what is read line by line has no lines of its own then.
function on_one_line(text) { gsub(/\n/, "\\&#10;", text); return text }
{ at = index($0, ">"); tag = substr($0, 1, at - 1); text = substr($0, at + 1) }
tag == "dict" || tag == "array" { depth++ }
tag == "/dict" || tag == "/array" { depth-- }
tag == "key" && depth == 1 { key = text; name = "" }
tag == "key" && depth == 2 { name = text }
tag == "string" {
if (key == "EnvironmentVariables") {
if (name == "IMMICH_INSTANCE_URL") { sub(/:\/\/.*@/, "://", text); sub(/[?#].*/, "", text) }
else if (name !~ /^(PATH|HOME)$/ && !(name ~ /_FILE$/ && text ~ /^[~\/]/)) text = "-"
}
else if (key == "ProgramArguments") text = argument(text)
else if (key !~ kept) text = "-"
}
tag ~ /^(data|date|real)$/ || tag == "integer" && key == "EnvironmentVariables" { text = 0 }
{ printf "<%s>%s", tag, text ~ /^[ \t\n]*$/ ? text : on_one_line(text) }`;

export const launchAgents = defineProbe<LaunchAgents>({
  id: 'launch-agents',
  reads: 'property lists of the launchd agents that upload to Immich, without the API keys in them',
  platforms: ['darwin'],
  tools: ['plutil', 'awk'],
  script: `${FIND_USER}${FIND_AGENTS}
look() {
if [ -d "$2" ]; then state=folder
elif [ -f "$2" ] && [ -x "$2" ]; then state=executable
elif [ -e "$2" ]; then state='file'
elif hidden "$2"; then state=denied
elif [ -L "$2" ]; then state=dangling
else state=missing; fi
case $2 in /*) ;; *) state=unknown ;; esac
print_line "$1 $state $2"
}
find_on() {
echo "$3" | tr : '\\n' | while read -r folder; do
if [ -x "$folder/$2" ]; then print_line "$1 executable $folder/$2"; break; fi
done
}
show() {
print_line "#agent $plist"
plutil -convert xml1 -o - "$plist" | awk '${BLANK}'
echo
search=$(setting EnvironmentVariables.PATH)
search=\${search:-/usr/bin:/bin:/usr/sbin:/sbin}
program=$(program)
case $program in '' | */*) look program "$program" ;; *) find_on program "$program" "$search" ;; esac
interpreter=$(head -n 1 "$program" 2>/dev/null | LC_ALL=C sed -n 's/^#! *\\([^ ]*\\).*/\\1/p')
[ -z "$interpreter" ] || look interpreter "$interpreter"
{ setting WatchPaths; setting QueueDirectories; } | while IFS= read -r path; do look watched "$path"; done
{ setting StandardOutPath; setting StandardErrorPath; } | while IFS= read -r path; do dirname "$path"; done |
{ cat; setting WorkingDirectory; } | sort -u | while IFS= read -r path; do look folder "$path"; done
find_on bunx bunx "$search"
find_on elsewhere bunx "$home/.bun/bin:$home/.nix-profile/bin:/etc/profiles/per-user/$(id -un)/bin:$PATH"
}
broken() { if [ -e "$plist" ] && [ ! -r "$plist" ]; then print_line "#denied $plist"; else print_line "#broken $plist"; fi; }
print_line "#user $uid $home"
for folder in "$home"/Library/LaunchAgents/ /Library/LaunchAgents/; do
if hidden "$folder"; then print_line "#denied $folder"; fi
done
for_each_agent show broken
print_line "#odd $odd_files"
${END}`,
  parse(raw) {
    requireEnd(raw);
    const [, uid = '', home = ''] = /(?<![^\n])#user (\d+) ([^\n]*)/.exec(raw.stdout) ?? [];
    if (home === '') throw new Error('the user is not known');
    const denied = [...raw.stdout.matchAll(/(?<![^\n])#denied ([^\n]*)/g)].map(([, path = '']) => path);
    const broken = [...raw.stdout.matchAll(/(?<![^\n])#broken ([^\n]*)/g)].map(([, file = '']) => file);
    const odd: string[] = [];
    const agents = raw.stdout
      .split(/(?<![^\n])#agent /)
      .slice(1)
      .flatMap((block) => {
        const [file = ''] = block.split('\n', 1);
        try {
          const { agent, isOdd } = agentOf(
            file,
            home,
            block.replace(/(?<![^\n])#(?:broken|denied|odd|end)\b[\s\S]*/, ''),
          );
          if (isOdd) odd.push(`${file} holds a name with a control character, which was not checked`);
          return [agent];
        } catch {
          broken.push(file);
          return [];
        }
      });
    const oddFiles = Number(/(?<![^\n])#odd (\d+)(?![^\n])/.exec(raw.stdout)?.[1] ?? 0);
    const unread = [
      ...(denied.length === 0 ? [] : [`this user cannot read ${denied.join(', ')}`]),
      ...(oddFiles === 0 ? [] : [oddNames(oddFiles, 'property list', 'property lists')]),
      ...odd,
    ];
    const value = { uid: Number(uid), home, agents, broken };
    return unread.length === 0 ? value : new PartialValue(value, unread.join('; '));
  },
});

const text = z.optional(z.string());
const texts = z.optional(z.array(z.string()));
const schema = z.object({
  Label: z.string(),
  Program: text,
  ProgramArguments: texts,
  WatchPaths: texts,
  QueueDirectories: texts,
  WorkingDirectory: text,
  StandardOutPath: text,
  StandardErrorPath: text,
  EnvironmentVariables: z.optional(z.record(z.string(), z.coerce.string())),
  TimeOut: z.optional(z.number()),
  StartInterval: z.optional(z.unknown()),
  StartCalendarInterval: z.optional(z.unknown()),
  KeepAlive: z.optional(z.unknown()),
});

/** Of a name with one, the rest of the reading shows nothing. */
const CONTROL = /\p{Cc}/u;

function agentOf(
  file: string,
  home: string,
  block: string,
): { readonly agent: LaunchAgent; readonly isOdd: boolean } {
  const end = block.lastIndexOf('</plist>');
  const settings = schema.parse(parse(block.slice(file.length + 1, end + '</plist>'.length)));
  const about = lines(block.slice(end)).flatMap((line) => {
    const match = /^(\w+) (missing|dangling|folder|executable|file|denied|unknown) (.*)$/.exec(line);
    return match === null ? [] : [{ what: match[1], state: match[2] as FileState, path: match[3] ?? '' }];
  });
  const named = (wanted: string) =>
    about.filter(({ what }) => what === wanted).map(({ path, state }) => ({ path, state }));
  const [interpreter] = named('interpreter');
  const [onPath] = named('bunx');
  const [elsewhere] = named('elsewhere');
  const expanded = (path: string) => path.replace(/^~(?=\/)/, home);
  const { Label, Program, WatchPaths, QueueDirectories, WorkingDirectory } = settings;
  const { StandardOutPath, StandardErrorPath, StartInterval, StartCalendarInterval, KeepAlive } = settings;
  const names = [Label, Program, WorkingDirectory, StandardOutPath, StandardErrorPath]
    .concat(WatchPaths, QueueDirectories)
    .filter((name) => name !== undefined);
  const agent = {
    file,
    label: Label,
    program: named('program')[0] ?? { path: '', state: 'unknown' },
    ...(interpreter === undefined ? {} : { interpreter }),
    watched: named('watched'),
    folders: named('folder'),
    ...(StandardOutPath === undefined ? {} : { standardOut: expanded(StandardOutPath) }),
    ...(StandardErrorPath === undefined ? {} : { standardError: expanded(StandardErrorPath) }),
    environment: settings.EnvironmentVariables ?? {},
    arguments: settings.ProgramArguments ?? [],
    onlyWatches: [QueueDirectories, StartInterval, StartCalendarInterval, KeepAlive].every(
      (way) => way === undefined || way === false,
    ),
    ...(settings.TimeOut === undefined ? {} : { timeOutSeconds: settings.TimeOut }),
    bunx: {
      ...(onPath === undefined ? {} : { onPath: onPath.path }),
      ...(elsewhere === undefined ? {} : { elsewhere: elsewhere.path }),
    },
  };
  return { agent, isOdd: names.some((name) => CONTROL.test(name)) };
}
