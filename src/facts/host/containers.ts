import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_UNITS } from './units.ts';

const schema = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  state: z.string(),
  exitCode: z.int(),
  oomKilled: z.boolean(),
  startedAt: z.string(),
  health: z.string(),
  /** Bytes; 0 is without a limit. */
  memory: z.number(),
  healthResults: z.optional(z.int()),
  /** Nanoseconds in which a health check may fail, and between two of them. */
  healthStartPeriod: z.optional(z.number()),
  healthInterval: z.optional(z.number()),
  /** `always`, `no`, ...: of podman itself, apart from systemd. */
  restartPolicy: z.optional(z.string()),
  /** The unit that started it. */
  unit: z.optional(z.string()),
});

export type Container = z.infer<typeof schema>;

// Field by field, because a whole inspect carries the environment, and with it the passwords.
const TEMPLATE =
  '{"id":{{json .ID}},"name":{{json .Name}},"image":{{json .ImageName}},"state":{{json .State.Status}},"exitCode":{{json .State.ExitCode}},' +
  '"oomKilled":{{json .State.OOMKilled}},"startedAt":{{json .State.StartedAt}},' +
  '"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}""{{end}},"memory":{{json .HostConfig.Memory}},' +
  '"healthResults":{{if .State.Health}}{{len .State.Health.Log}}{{else}}0{{end}},' +
  '{{with .Config.Healthcheck}}"healthStartPeriod":{{json .StartPeriod}},"healthInterval":{{json .Interval}},{{end}}' +
  '"restartPolicy":{{json .HostConfig.RestartPolicy.Name}},"unit":{{json (index .Config.Labels "PODMAN_SYSTEMD_UNIT")}}}';

export const containers = defineProbe<readonly Container[]>({
  id: 'containers',
  reads: 'podman inspect of all containers',
  root: true,
  tools: ['podman'],
  outputLimit: 8_000_000,
  // podman makes a store where there is none: so it is only asked where there is one, or a unit that will use it.
  script: `store=$(sed -n 's/^ *graphroot *= *"\\(.*\\)".*/\\1/p' /etc/containers/storage.conf /usr/share/containers/storage.conf 2>/dev/null | head -n 1)
if [ ! -d "\${store:-/var/lib/containers/storage}" ]; then
${FIND_UNITS}
[ -n "$units" ] || exit 0
fi
ids=$(podman ps --all --quiet --no-trunc) || exit
[ -z "$ids" ] || podman container inspect --format '${TEMPLATE}' $ids`,
  parse(raw) {
    // A container may go between the two commands; the others are told all the same.
    if (raw.exitCode !== 0 && !/no such (object|container)/.test(raw.stderr)) {
      throw new FactUnavailable('failed', `podman exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    }
    return lines(raw.stdout).map((line) => schema.parse(JSON.parse(line)));
  },
});
