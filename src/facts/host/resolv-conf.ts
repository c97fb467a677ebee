import { defineProbe, PartialValue } from '../../model/probe.ts';
import { blocks, lines } from '../../text/lines.ts';
import { STAGE } from './stages.ts';
import { CLOCK, isEndedByClock, presentTime, systemdTime } from './systemd.ts';

/** A daemon that writes /etc/resolv.conf, or answers for it. */
export interface ResolverDaemon {
  readonly unit: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly activeSince?: number;
}

export interface ResolvConf {
  /** The file that the link leads to, where it is one; the link may lead nowhere. */
  readonly target: string;
  /** There is nothing at the end of the link, or no file at all. */
  readonly isMissing: boolean;
  readonly nameservers: readonly string[];
  /** As its first lines say; undefined where they do not. */
  readonly writer?: string;
  readonly changedAt?: number;
  /** What systemd-resolved itself asks. */
  readonly upstream: readonly string[];
  readonly daemons: readonly ResolverDaemon[];
}

const DAEMONS =
  'systemd-resolved.service tailscaled.service NetworkManager.service dhcpcd.service resolvconf.service';

/** By the first lines of the file, who wrote it. */
const WRITERS: readonly (readonly [says: RegExp, writer: string])[] = [
  [/tailscale/i, 'Tailscale'],
  [/NetworkManager/i, 'NetworkManager'],
  [/systemd-resolved/i, 'systemd-resolved'],
  [/dhcpcd/i, 'dhcpcd'],
  [/dhclient/i, 'dhclient'],
  [/connman/i, 'ConnMan'],
  [/resolvconf/i, 'resolvconf'],
];

/** Shell text: the name servers of a resolv.conf, and no domain of its owner. */
const NAMESERVERS = `sed -n 's/^[[:space:]]*nameserver[[:space:]]\\{1,\\}\\([0-9a-fA-F:.]\\{2,\\}\\(%[A-Za-z0-9._-]*\\)\\{0,1\\}\\).*/nameserver \\1/p'`;

export const resolvConf = defineProbe<ResolvConf>({
  id: 'resolv-conf',
  reads: '/etc/resolv.conf: its name servers, and which program wrote it',
  tools: ['sed', 'readlink', 'stat'],
  script: `${STAGE}
printf 'target %s\\n' "$(readlink -m /etc/resolv.conf)"
if [ -e /etc/resolv.conf ]; then
[ -r /etc/resolv.conf ] || { echo '/etc/resolv.conf: permission denied' >&2; exit 1; }
stage 0 stat -L -c 'changed %Y' /etc/resolv.conf
stage 0 ${NAMESERVERS} /etc/resolv.conf
stage 0 sed -n 's/^[#;]/comment /p' /etc/resolv.conf | stage 0 head -n 8 | stage 0 cut -c 1-200
else echo missing; fi
if [ -r /run/systemd/resolve/resolv.conf ]; then echo upstream; stage 0 ${NAMESERVERS} /run/systemd/resolve/resolv.conf; fi
if command -v systemctl >/dev/null 2>&1; then
echo
stage 1 systemctl show --property=Id,LoadState,ActiveState,ActiveEnterTimestamp,ActiveEnterTimestampMonotonic ${DAEMONS}
fi
echo
${CLOCK}
:`,
  parse({ stdout, stderr, exitCode, capped }) {
    if (exitCode !== 0) throw new Error(stderr.trim());
    const [file = '', ...shown] = stdout.split(/\n\n+/);
    const [own = '', upstream = ''] = file.split(/^upstream$/m);
    const target = /^target (\/.*)$/m.exec(own)?.[1];
    if (target === undefined) throw new Error('it is not told where /etc/resolv.conf is');
    const changed = /^changed (\d{1,12})$/m.exec(own)?.[1];
    const comments = lines(own).filter((line) => line.startsWith('comment '));
    const writer = WRITERS.find(([says]) => comments.some((line) => says.test(line)))?.[1];
    const value: ResolvConf = {
      target,
      isMissing: /^missing$/m.test(own),
      nameservers: serversIn(own),
      ...(writer === undefined ? {} : { writer }),
      ...(changed === undefined ? {} : { changedAt: Number(changed) * 1000 }),
      upstream: serversIn(upstream),
      daemons: daemonsIn(blocks(shown.join('\n\n'))),
    };
    return capped || !isEndedByClock(stdout)
      ? new PartialValue(value, 'what it tells of the name servers was truncated')
      : value;
  },
});

const serversIn = (text: string) =>
  [...text.matchAll(/^nameserver (\S+)$/gm)].map(([, server = '']) => server);

function daemonsIn(all: readonly Readonly<Record<string, string>>[]): ResolverDaemon[] {
  const clock = all.find(({ Uptime }) => Uptime !== undefined) ?? {};
  return all.flatMap(({ Id, LoadState, ActiveState, ...times }) => {
    if (Id === undefined || LoadState === undefined || ActiveState === undefined) return [];
    const since = presentTime(
      systemdTime(times.ActiveEnterTimestamp),
      times.ActiveEnterTimestampMonotonic,
      clock,
    );
    return [
      {
        unit: Id,
        loadState: LoadState,
        activeState: ActiveState,
        ...(since === undefined ? {} : { activeSince: since }),
      },
    ];
  });
}
