import * as z from 'zod/mini';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { journalctl, ofJournal, requireJournal, requireSystemd } from './systemd.ts';
import { FIND_UNITS } from './units.ts';

/** A line in which the server of the machine learning tells of the end of one of its workers. */
export interface WorkerMessage {
  readonly at: number;
  readonly container: string;
  readonly pid: number;
  readonly event: 'killed' | 'timed-out';
}

const entry = z.object({
  __REALTIME_TIMESTAMP: z.coerce.number(),
  MESSAGE: z.string(),
  CONTAINER_NAME: z.string(),
});

export const workerMessages = defineProbe<readonly WorkerMessage[]>({
  id: 'container-log',
  reads: 'journalctl: the log of immich-machine-learning about killed workers',
  tools: ['systemctl', 'journalctl', 'grep'],
  script: `set -f
${FIND_UNITS}
logs=
for unit in $units; do
shown=$(systemctl show --property=ExecStart -- "$unit")
file=$(printf '%s\\n' "$shown" | sed -n 's/.*{ path=\\([^ ;]*\\) .*/\\1/p' | head -n 1)
case $shown in *immich-machine-learning*) ;; *) head -c 65536 "$file" | grep -aq immich-machine-learning || continue ;; esac
name=\${unit%.service}
case $name in podman-* | docker-*) name=\${name#*-} ;; *) logs="$logs CONTAINER_NAME=systemd-$name" ;; esac
logs="$logs CONTAINER_NAME=$name"
done
[ -n "$logs" ] || exit 0
${journalctl('--output=json --output-fields=MESSAGE,CONTAINER_NAME $logs')} | grep -aE 'was sent SIGKILL|WORKER TIMEOUT' || :`,
  parse(raw) {
    requireSystemd(raw);
    requireJournal(raw);
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const found = lines(whole).flatMap((line) => {
      const read = entry.safeParse(JSON.parse(line));
      if (!read.success) return [];
      const { MESSAGE, CONTAINER_NAME, __REALTIME_TIMESTAMP } = read.data;
      const killed = /Worker \(pid:(\d+)\) was sent SIGKILL/.exec(MESSAGE);
      const timedOut = /WORKER TIMEOUT \(pid:(\d+)\)/.exec(MESSAGE);
      const pid = (killed ?? timedOut)?.[1];
      if (pid === undefined) return [];
      return [
        {
          at: __REALTIME_TIMESTAMP / 1000,
          container: CONTAINER_NAME,
          pid: Number(pid),
          event: killed === null ? ('timed-out' as const) : ('killed' as const),
        },
      ];
    });
    return ofJournal(raw, found);
  },
});
