import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { records } from '../../text/lines.ts';
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
  /** Of its main process on the host; 0 while it does not run. */
  pid: z.optional(z.int()),
  /** `1000:1000`, empty for that of the image. */
  user: z.optional(z.string()),
  /** `journald`, `k8s-file`, `none`, ... */
  logDriver: z.optional(z.string()),
  /** `bridge`, `host`, `none`, `container:<id>`, `pasta`, ... */
  networkMode: z.optional(z.string()),
  networks: z.optional(z.array(z.object({ name: z.string(), address: z.string(), gateway: z.string() }))),
  /** By the port and protocol inside (`2283/tcp`), where on the host it is published. */
  ports: z.optional(
    z.nullable(
      z.record(z.string(), z.nullable(z.array(z.object({ HostIp: z.string(), HostPort: z.string() })))),
    ),
  ),
  mounts: z.optional(
    z.array(
      z.object({ type: z.string(), source: z.string(), destination: z.string(), writable: z.boolean() }),
    ),
  ),
  /** Their paths on the host. */
  devices: z.optional(z.array(z.string())),
  /** Groups of the host, by name or number. */
  groups: z.optional(z.nullable(z.array(z.string()))),
  /** `NAME=value`, of those names only that never hold a secret. */
  env: z.optional(z.array(z.string())),
  /** Names of variables that may hold a secret: only that they are set is told. */
  secretEnv: z.optional(z.array(z.string())),
  created: z.optional(z.string()),
  finishedAt: z.optional(z.string()),
  /** Restarts by podman itself. */
  restarts: z.optional(z.int()),
  /** Health checks that failed one after another. */
  failingStreak: z.optional(z.int()),
  /** The last results: `1@2026-03-10T11:00:00Z`, each with a blank behind it, the oldest first. */
  healthLog: z.optional(z.string()),
  /** Only of podman 5, and only where it is so. */
  stoppedByUser: z.optional(z.boolean()),
});

export type Container = z.infer<typeof schema>;

/** URLs with a password in them, in place of the variables below. */
const SECRET_ENV = '"DB_URL" "REDIS_URL"';
/** Variables that tell where a program finds its database and the like; none of them holds a secret. */
const ENV = [
  ...['DB_HOSTNAME', 'DB_PORT', 'DB_USERNAME', 'DB_DATABASE_NAME', 'DB_PASSWORD_FILE', 'DB_VECTOR_EXTENSION'],
  ...['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD_FILE', 'PGDATA', 'REDIS_HOSTNAME', 'REDIS_PORT'],
  ...['REDIS_SOCKET', 'IMMICH_PORT', 'IMMICH_HOST', 'IMMICH_MEDIA_LOCATION', 'IMMICH_MACHINE_LEARNING_URL'],
];

// Field by field, because a whole inspect carries the environment, and with it the passwords.
const TEMPLATE =
  '{"id":{{json .ID}},"name":{{json .Name}},"image":{{json .ImageName}},"state":{{json .State.Status}},"exitCode":{{json .State.ExitCode}},' +
  '"oomKilled":{{json .State.OOMKilled}},"startedAt":{{json .State.StartedAt}},' +
  '"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}""{{end}},"memory":{{json .HostConfig.Memory}},' +
  '"created":{{json .Created}},"finishedAt":{{json .State.FinishedAt}},"restarts":{{json .RestartCount}},' +
  '{{with .State.Health}}"failingStreak":{{json .FailingStreak}},"healthLog":"{{range .Log}}{{.ExitCode}}@{{.Start}} {{end}}",{{end}}' +
  '"healthResults":{{if .State.Health}}{{len .State.Health.Log}}{{else}}0{{end}},' +
  '{{with .Config.Healthcheck}}"healthStartPeriod":{{json .StartPeriod}},"healthInterval":{{json .Interval}},{{end}}' +
  '"restartPolicy":{{json .HostConfig.RestartPolicy.Name}},"unit":{{json (index .Config.Labels "PODMAN_SYSTEMD_UNIT")}},' +
  '"pid":{{json .State.Pid}},"user":{{json .Config.User}},"logDriver":{{json .HostConfig.LogConfig.Type}},' +
  '"networkMode":{{json .HostConfig.NetworkMode}},"ports":{{json .NetworkSettings.Ports}},"groups":{{json .HostConfig.GroupAdd}},' +
  `"networks":${listOf('$name, $network := .NetworkSettings.Networks', '{"name":{{json $name}},"address":{{json $network.IPAddress}},"gateway":{{json $network.Gateway}}}')},` +
  `"mounts":${listOf('.Mounts', '{"type":{{json .Type}},"source":{{json .Source}},"destination":{{json .Destination}},"writable":{{json .RW}}}')},` +
  `"devices":${listOf('.HostConfig.Devices', '{{json .PathOnHost}}')},` +
  `"env":${listOf('.Config.Env', '{{json .}}', `eq (index (split . "=") 0) ${ENV.map((name) => `"${name}"`).join(' ')}`)},` +
  `"secretEnv":${listOf('.Config.Env', '{{json (index (split . "=") 0)}}', `eq (index (split . "=") 0) ${SECRET_ENV}`)}}\t{{json .State}}`;

/** A list in JSON, of those for which the condition holds. */
function listOf(range: string, item: string, condition = 'true'): string {
  return `[{{$comma := ""}}{{range ${range}}}{{if ${condition}}}{{$comma}}${item}{{$comma = ","}}{{end}}{{end}}]`;
}

// An older podman refuses a template with a field that it does not know. What a health check printed is in there too, and
// stays on the host.
const STOPPED = `{ print substr($1, 1, length($1) - 1) ($2 ~ /[,{]"StoppedByUser":true/ ? ",\\"stoppedByUser\\":true" : "") "}" }`;

/** Shell text that sets a variable to a folder of podman's store, by the name that its configuration has. */
const findFolder = (variable: string, key: string, otherwise: string) =>
  `${variable}=$(sed -n 's/^ *${key} *= *"\\(.*\\)".*/\\1/p' /etc/containers/storage.conf /usr/share/containers/storage.conf 2>/dev/null | head -n 1)
${variable}=\${${variable}:-${otherwise}}`;

/** Where podman keeps its containers, which it makes where there is none; and what it knows of those that run. */
export const FIND_STORE = findFolder('store', 'graphroot', '/var/lib/containers/storage');
export const FIND_RUN_STORE = findFolder('run_store', 'runroot', '/run/containers/storage');

/**
 * Shell text that tells of all containers, in the words of a template, what podman says; nothing where it refuses. Podman is
 * slow: what reads this through a pipe can look for units meanwhile.
 */
export const inspectAll = (template: string) => `{
ids=$(podman ps --all --quiet --no-trunc 2>/dev/null)
[ -z "$ids" ] || podman container inspect --format '${template}' $ids 2>/dev/null
}`;

export const containers = defineProbe<readonly Container[]>({
  id: 'containers',
  reads: 'podman inspect of all containers',
  root: true,
  tools: ['podman', 'awk'],
  outputLimit: 8_000_000,
  // So it is only asked where there is one, or a unit that will use it.
  script: `${FIND_STORE}
if [ ! -d "$store" ]; then
${FIND_UNITS}
[ -n "$units" ] || exit 0
fi
ids=$(podman ps --all --quiet --no-trunc) || exit
[ -z "$ids" ] || { podman container inspect --format '${TEMPLATE}' $ids || echo "podman ended with $?" >&2; } | awk -F '\\t' '${STOPPED}'`,
  parse(raw) {
    const [mark, status = String(raw.exitCode)] = /^podman ended with (\d+)$/m.exec(raw.stderr) ?? [''];
    // A container may go between the two commands; the others are told all the same.
    if (status !== '0' && !/no such (object|container)/.test(raw.stderr)) {
      const said = raw.stderr.replace(mark, '').trim();
      throw new FactUnavailable('failed', `podman exited with ${status}: ${said}`);
    }
    return records(raw.stdout, '\n')
      .filter((line) => line !== '')
      .map((line) => schema.parse(JSON.parse(line)));
  },
});
