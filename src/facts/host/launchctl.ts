import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, FIND_AGENTS, FIND_USER, requireEnd, startTime } from './launchd.ts';

/** What launchd itself knows of an agent, in the session of the user who is logged in at the screen. */
export interface LaunchdService {
  readonly label: string;
  readonly loaded: boolean;
  /** The property list that it was loaded from. */
  readonly file?: string;
  readonly disabled: boolean;
  /** `running`, `not running`, `spawn scheduled`, ... Without it, launchctl printed what is not understood. */
  readonly state?: string;
  /** Since it was loaded. */
  readonly runs?: number;
  /** Of the last run that has ended by itself. */
  readonly exitCode?: number;
  /** No run of it has ended yet. */
  readonly neverExited: boolean;
  /** `Killed: 9`, `OS_REASON_CODESIGNING`: what ended the last run. */
  readonly signal?: string;
  /** launchd has put the start off: its domain starts only what is asked for by name. */
  readonly held: boolean;
  readonly pid?: number;
  /** Start of the process, milliseconds since 1970. */
  readonly startedAt?: number;
}

export const launchctl = defineProbe<readonly LaunchdService[]>({
  id: 'launchctl',
  reads: 'launchctl print and print-disabled: the upload agents as launchd sees them',
  platforms: ['darwin'],
  tools: ['launchctl', 'plutil', 'awk'],
  script: `${FIND_USER}${FIND_AGENTS}
tab=$(printf '\\t')
domain=$(launchctl print "gui/$uid" 2>&1) || {
print_line "no session $?: $(printf '%s\\n' "$domain" | tail -n 1)"
exit
}
[ -n "$domain" ] || echo '#strange print'
disabled=$(launchctl print-disabled "gui/$uid") || print_line "print-disabled ended with $?" >&2
case $disabled in *'services = {'*) ;; *) echo '#strange print-disabled' ;; esac
show_label() { setting Label; }
{ for_each_agent show_label
{ printf '%s\\n' "$domain"; launchctl list; } | awk '$NF ~ /^[A-Za-z0-9._-]*upload-immich[A-Za-z0-9._-]*$/ { print $NF }'
printf '%s\\n' "$disabled" | sed -n 's/^[[:space:]]*"\\([A-Za-z0-9._-]*upload-immich[A-Za-z0-9._-]*\\)" => .*/\\1/p'
} | sort -u | while IFS= read -r label; do
printed=$(launchctl print "gui/$uid/$label" 2>&1)
print_line "#service $? $label"
printf '%s\\n' "$disabled" | grep -F "\\"$label\\" =>"
# Deeper lines repeat the same names for other things, and hold the environment.
printf '%s\\n' "$printed" | grep -E "^\${tab}[a-z]|Could not find"
pid=$(printf '%s\\n' "$printed" | sed -n "s/^\${tab}pid = //p")
[ -z "$pid" ] || print_line "#started $(ps -o lstart= -p "$pid")"
done
${END}`,
  parse(raw) {
    const absent = /(?<![^\n])no session (\d+): ([^\n]*)/.exec(raw.stdout);
    if (absent !== null) {
      const [, status, words = ''] = absent;
      const how = `launchctl exited with ${status}: ${words}`;
      throw new FactUnavailable(
        'failed',
        /domain/i.test(words)
          ? `nobody is logged in at the screen of this Mac, and agents exist only there (${how})`
          : how,
      );
    }
    requireEnd(raw);
    if (/(?<![^\n])print-disabled ended/.test(raw.stderr))
      throw new FactUnavailable('failed', raw.stderr.trim());
    const services = raw.stdout
      .replace(/(?<![^\n])#end(?![^\n])/, '')
      .split(/(?<![^\n])#service /)
      .slice(1)
      .map(serviceOf);
    const strange = [...raw.stdout.matchAll(/(?<![^\n])#strange ([^\n]*)/g)].map(
      ([, command]) => `launchctl ${command}`,
    );
    return strange.length === 0
      ? services
      : new PartialValue(services, `the output of ${strange.join(' and ')} is not understood`);
  },
});

function serviceOf(block: string): LaunchdService {
  const [head = '', ...rest] = lines(block);
  const [, status, label = ''] = /^(\d+) (.*)$/.exec(head) ?? [];
  const property = (name: string) =>
    rest.find((line) => line.startsWith(`\t${name} = `))?.slice(`\t${name} = `.length);
  const number = (name: string) => {
    const match = /^\d+/.exec(property(name) ?? '');
    return match === null ? undefined : Number(match[0]);
  };
  const known = {
    // What a program has submitted has none.
    file: property('path')?.match(/^\/.*/)?.[0],
    state: property('state'),
    runs: number('runs'),
    exitCode: number('last exit code'),
    signal: property('last terminating signal') ?? property('last exit reason'),
    pid: number('pid'),
    startedAt: startTime(/(?<![^\n])#started ([^\n]*)/.exec(block)?.[1] ?? ''),
  };
  const isMissing = status !== '0' && /Could not find (?:specified )?service/.test(block);
  return {
    label,
    loaded: !isMissing,
    neverExited: property('last exit code')?.startsWith('(never') === true,
    held: property('pended nondemand spawn') !== undefined,
    // Old systems print whether it *is* disabled, new ones a word.
    disabled: /" => (?:disabled|true)$/m.test(block),
    ...(Object.fromEntries(
      Object.entries(known).filter(([, value]) => value !== undefined),
    ) as Partial<LaunchdService>),
  };
}
