import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_STORE } from './containers.ts';
import {
  ASK,
  answerOf,
  type DnsAnswer,
  HAS_ROUTE,
  MOST_SERVERS,
  NAME_SERVERS,
  QUESTION_TOOLS,
  REGISTRIES,
} from './dns-question.ts';
import { JOBS_ENDED, STAGE } from './stages.ts';

/** What came of resolving names on the host. */
export interface Lookups {
  /** Without a route to the internet nothing is asked. */
  readonly hasRoute: boolean;
  /** As programs of the host resolve them. */
  readonly names: readonly {
    readonly name: string;
    readonly outcome: 'resolved' | 'not found' | 'timed out';
  }[];
  /** What each name server of /etc/resolv.conf said itself. */
  readonly servers: readonly { readonly server: string; readonly name: string; readonly answer: DnsAnswer }[];
}

const MOST_NAMES = 2;

export const lookups = defineProbe<Lookups>({
  id: 'lookups',
  reads:
    'getent ahosts of the registries of the container images and of the Nix cache, and DNS queries for them to each name server',
  tools: ['getent', 'ip', 'awk', 'sed', ...QUESTION_TOOLS],
  script: `${STAGE}
${ASK}
${HAS_ROUTE} || { { ip -4 route show; ip -6 route show; } >/dev/null || exit; echo offline; exit 0; }
${FIND_STORE}
names=$({ if [ "$(id -u)" = 0 ] && [ -d "$store" ] && command -v podman >/dev/null 2>&1; then stage 125 podman ps --all --format '{{.Image}}'; fi
[ ! -r /etc/nix/nix.conf ] || stage 0 sed -n 's/^ *substituters *=//p' /etc/nix/nix.conf | stage 0 tr ' ' '\\n' | stage 0 sed -n 's#^https\\{0,1\\}://\\([^/@]*@\\)\\{0,1\\}##p'
} | stage 0 ${REGISTRIES} | stage 0 head -n ${MOST_NAMES})
servers=$([ ! -r /etc/resolv.conf ] || stage 0 ${NAME_SERVERS} /etc/resolv.conf | stage 0 head -n ${MOST_SERVERS})
first=
jobs=
for name in $names; do
[ -n "$first" ] || first=$name
{ timeout 6 getent ahosts "$name" >/dev/null 2>&1; echo "name $name $?"; } & jobs="$jobs $!"
done
[ -z "$first" ] || for server in $servers; do
{ answer=$(ask "$server" "$first" 2 ''); [ "$answer" != silent ] || answer=$(ask "$server" "$first" 4 ''); echo "server $server $first $answer"; } & jobs="$jobs $!"
done
${JOBS_ENDED}`,
  parse({ stdout, stderr, exitCode }) {
    if (exitCode !== 0) throw new FactUnavailable('failed', `ip exited with ${exitCode}: ${stderr.trim()}`);
    const all = lines(stdout).map((line) => line.split(' '));
    const strange = all.find(([what = '']) => !['offline', 'name', 'server'].includes(what));
    if (strange !== undefined) throw new Error(`no outcome of a lookup: ${strange.join(' ')}`);
    return {
      hasRoute: !all.some(([what]) => what === 'offline'),
      names: all.flatMap(([what, name = '', status = '']) =>
        what === 'name' ? [{ name, outcome: outcomeOf(status) }] : [],
      ),
      servers: all.flatMap(([what, server = '', name = '', ...words]) =>
        what === 'server' ? [{ server, name, answer: answerOf(words) }] : [],
      ),
    };
  },
});

function outcomeOf(status: string): Lookups['names'][number]['outcome'] {
  if (status === '0') return 'resolved';
  // By its manual, 2 is a name that could not be found; timeout exits with 124.
  if (status === '2') return 'not found';
  if (status === '124') return 'timed out';
  throw new Error(`getent exited with ${status}`);
}
