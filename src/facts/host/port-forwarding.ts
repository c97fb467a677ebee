import { isIPv6 } from 'node:net';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { blocks, lines } from '../../text/lines.ts';
import { FIND_RUN_STORE } from './containers.ts';
import { STAGE } from './stages.ts';
import { CLOCK, isEndedByClock, presentTime, systemdTime } from './systemd.ts';

/** A rule that forwards ports of the host, and that packets from outside come by. */
export interface ForwardedPorts {
  readonly protocol: string;
  readonly first: number;
  readonly last: number;
  readonly isIPv6: boolean;
  /** Where they lead, as far as the rule says it. */
  readonly to?: string;
}

/** The tables of nft, and those of iptables, as far as they could be read. */
type Table = 'read' | 'not installed' | { readonly failed: string };

export interface PortForwarding {
  readonly nft: Table;
  readonly iptables: Table;
  readonly rules: readonly ForwardedPorts[];
  /** `nftables`, `iptables`, `firewalld`, `none`: what podman's network program says that it uses. */
  readonly driver?: string;
  /** Containers whose process was there once the rules were read; undefined where podman's folder of them was not. */
  readonly running?: readonly { readonly id: string; readonly pid: number }[];
  readonly firewalls: readonly {
    readonly unit: string;
    readonly activeState: string;
    readonly activeSince?: number;
  }[];
}

const FIREWALLS = 'nftables.service firewall.service firewalld.service iptables.service';

/** Of nft: its tables, its chains, and the rules that forward or lead to another chain; sets may have millions of elements. */
const NFT_RULES = String.raw`awk '
$1 == "table" { table = $2 "/" $3; next }
$1 == "chain" { chain = $2; next }
$1 == "type" && $4 == "prerouting" { print "base " table " " chain; next }
/(^|[ \t])(dnat|redirect|jump|goto)( |$)/ { sub(/^[ \t]+/, ""); print "rule " table " " chain " " $0 }'`;

/** Of iptables only the table in which ports are forwarded. */
const IPTABLES_RULES = `awk -v family="$1" '
/^[*]/ { nat = $0 == "*nat"; next }
nat && /^-A / { gsub(/ --comment "[^"]*"/, ""); print "rule " family " " substr($0, 4) }'`;

export const portForwarding = defineProbe<PortForwarding>({
  id: 'port-forwarding',
  reads: 'nft list ruleset, iptables-save, ip6tables-save: rules that forward ports',
  root: true,
  tools: ['awk'],
  outputLimit: 4_000_000,
  // iptables-save without a table loads no module, and tells only of tables that there are.
  script: `${STAGE}
if command -v nft >/dev/null 2>&1; then
if rules=$(nft --terse list ruleset 2>&1) || rules=$(nft list ruleset 2>&1); then echo 'nft read'; printf '%s\\n' "$rules" | stage 0 ${NFT_RULES}
else printf 'nft failed %s\\n' "$(printf '%s' "$rules" | tail -n 1)"; fi
else echo 'nft absent'; fi
save() {
if rules=$("$1" 2>&1); then echo "$1 read"; printf '%s\\n' "$rules" | stage 0 ${IPTABLES_RULES}
else printf '%s failed %s\\n' "$1" "$(printf '%s' "$rules" | tail -n 1)"; fi
}
for program in iptables-save ip6tables-save; do
if command -v "$program" >/dev/null 2>&1; then save "$program"; else echo "$program absent"; fi
done
# Container by container, without podman, which would take as long as all the rest.
${FIND_RUN_STORE}
if [ -n "$(stage 1 find "$run_store" -maxdepth 1 -name '*-containers' | stage 0 head -n 1)" ]; then
echo 'containers listed'
for file in "$run_store"/*-containers/*/userdata/pidfile; do
pid=
read -r pid <"$file"
id=\${file%/userdata/pidfile}
case $pid in '' | *[!0-9]*) ;; *) [ ! -d "/proc/$pid" ] || echo "container \${id##*/} $pid" ;; esac
done 2>/dev/null
fi
if [ -r /run/containers/networks/firewall/firewall-driver ]; then echo "driver $(head -c 40 /run/containers/networks/firewall/firewall-driver)"; fi
if command -v systemctl >/dev/null 2>&1; then
echo
stage 1 systemctl show --property=Id,LoadState,ActiveState,ActiveEnterTimestamp,ActiveEnterTimestampMonotonic ${FIREWALLS}
fi
echo
${CLOCK}
:`,
  parse({ stdout, stderr, exitCode, capped }) {
    if (exitCode !== 0)
      throw new FactUnavailable('failed', `its script exited with ${exitCode}: ${stderr.trim()}`);
    const [tables = '', ...shown] = stdout.split(/\n\n+/);
    const all = lines(tables);
    const [nft, iptables, ip6tables] = ['nft', 'iptables-save', 'ip6tables-save'].map((program) =>
      tableOf(program, all),
    ) as [Table, Table, Table];
    const driver = /^driver (\S+)$/m.exec(tables)?.[1];
    const value: PortForwarding = {
      nft,
      iptables: iptables === 'read' && ip6tables !== 'not installed' ? ip6tables : iptables,
      rules: forwardedIn(all),
      ...(driver === undefined ? {} : { driver }),
      ...(all.includes('containers listed') ? { running: runningIn(all) } : {}),
      firewalls: firewallsIn(blocks(shown.join('\n\n'))),
    };
    return capped || !isEndedByClock(stdout)
      ? new PartialValue(value, 'the list of firewall rules was truncated')
      : value;
  },
});

function tableOf(program: string, all: readonly string[]): Table {
  const told = all.find((line) => line.startsWith(`${program} `))?.slice(program.length + 1);
  if (told === 'read') return told;
  if (told === 'absent') return 'not installed';
  if (told?.startsWith('failed ') === true) return { failed: told.slice('failed '.length) };
  throw new Error(`nothing is told of ${program}`);
}

const runningIn = (all: readonly string[]) =>
  all.flatMap((line) => {
    const [, id, pid] = /^container ([0-9a-f]{64}) (\d{1,10})$/.exec(line) ?? [];
    return id === undefined ? [] : [{ id, pid: Number(pid) }];
  });

interface Rule {
  readonly table: string;
  readonly chain: string;
  readonly text: string;
}

/** The rules that forward, of the chains that packets from outside reach. */
function forwardedIn(all: readonly string[]): ForwardedPorts[] {
  const rules = all.flatMap((line): Rule[] => {
    const [, table = '', chain = '', text = ''] = /^rule (\S+) (\S+) ?(.*)$/.exec(line) ?? [];
    return table === '' ? [] : [{ table, chain, text }];
  });
  const byChain = Map.groupBy(rules, ({ table, chain }) => `${table} ${chain}`);
  const bases = all.flatMap((line) => /^base (\S+ \S+)$/.exec(line)?.[1] ?? []);
  const reached = new Set([...bases, 'iptables-save PREROUTING', 'ip6tables-save PREROUTING']);
  for (const chain of reached)
    for (const { table, text } of byChain.get(chain) ?? [])
      for (const [, target = ''] of text.matchAll(/(?:^| )(?:jump|goto|-j|-g) (\S+)/g))
        reached.add(`${table} ${target}`);
  return [...reached].flatMap((chain) => (byChain.get(chain) ?? []).flatMap(forwardedBy));
}

function forwardedBy({ table, text }: Rule): ForwardedPorts[] {
  if (!/(?:^| )(?:dnat|redirect|-j DNAT|-j REDIRECT)(?: |$)/.test(text)) return [];
  const [, to] = /(?:dnat (?:ip6? )?to|--to-destination) (\S+)/.exec(text) ?? [];
  const [, words = ''] =
    /(?:dport \{ ([^}]*) \}|dport ([0-9-]+)|--dports? ([0-9:,]+))/
      .exec(text)
      ?.filter((each) => each !== undefined) ?? [];
  const protocols = protocolsOf(text);
  return words.split(/,\s*/).flatMap((range) => {
    const [, first = '', last = first] = /^(\d{1,5})(?:[:-](\d{1,5}))?$/.exec(range.trim()) ?? [];
    if (first === '') return [];
    return protocols.map((protocol) => ({
      protocol,
      first: Number(first),
      last: Number(last),
      isIPv6: isForIPv6(table, text, to),
      ...(to === undefined ? {} : { to: addressOf(to) }),
    }));
  });
}

function protocolsOf(text: string): string[] {
  const [, iptables] = /(?:^| )-p (\w+)/.exec(text) ?? [];
  if (iptables !== undefined) return [iptables];
  const named = ['tcp', 'udp', 'sctp'].filter((protocol) =>
    new RegExp(`(?:^|[ {,])${protocol}(?= dport|[ ,}])`).test(text),
  );
  return named.length > 0 ? named : ['tcp', 'udp'];
}

const isForIPv6 = (table: string, text: string, to: string | undefined) =>
  table.startsWith('ip6') || /dnat ip6 /.test(text) || isIPv6(addressOf(to ?? ''));

/** `10.89.0.3` of `10.89.0.3:443`, `[fd00::3]:443` and `10.89.0.5:9000-9002/9000`. */
const addressOf = (to: string): string => /^\[([^\]]+)\]/.exec(to)?.[1] ?? to.replace(/^([\d.]+):.*$/, '$1');

function firewallsIn(all: readonly Readonly<Record<string, string>>[]): PortForwarding['firewalls'] {
  const clock = all.find(({ Uptime }) => Uptime !== undefined) ?? {};
  return all.flatMap(({ Id, LoadState, ActiveState = '', ...times }) => {
    if (Id === undefined || LoadState !== 'loaded') return [];
    const since = presentTime(
      systemdTime(times.ActiveEnterTimestamp),
      times.ActiveEnterTimestampMonotonic,
      clock,
    );
    return [{ unit: Id, activeState: ActiveState, ...(since === undefined ? {} : { activeSince: since }) }];
  });
}
