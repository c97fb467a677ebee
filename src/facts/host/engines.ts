import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, untilEnd } from './ending.ts';

/** Containers beside those of root's podman, as far as they can be counted. */
export interface Engines {
  /** Those of docker that run. */
  readonly docker: number | 'no answer';
  /** Those of root's podman that a compose program made. */
  readonly compose: number;
  /** Those of other users that run. */
  readonly rootless: readonly { readonly user: string; readonly count: number }[];
}

export const engines = defineProbe<Engines>({
  id: 'engines',
  reads: 'docker ps, podman ps and ps: number of containers of docker, compose and other users',
  tools: ['ps', 'awk'],
  // Where its daemon does not run, docker has no container that runs, and to ask would start it.
  script: `processes=$(ps -eo user:32=,comm=) || exit
if printf '%s\\n' "$processes" | awk '$2 == "dockerd" { found = 1 } END { exit !found }'; then
if command -v docker >/dev/null 2>&1 && ids=$(docker ps --quiet 2>/dev/null); then printf 'docker %s\\n' "$(printf '%s' "$ids" | grep -c .)"
else echo 'docker no answer'; fi
fi
if [ "$(id -u)" = 0 ] && [ -d /var/lib/containers/storage ] && command -v podman >/dev/null 2>&1; then
printf 'compose %s\\n' "$({ podman ps --quiet --filter label=com.docker.compose.project & podman ps --quiet --filter label=io.podman.compose.project; wait; } 2>/dev/null | sort -u | grep -c .)"
fi
printf '%s\\n' "$processes" | awk '$2 == "conmon" && $1 != "root" { count[$1]++ } END { for (user in count) print "rootless", count[user], user }' && ${END}`,
  parse: untilEnd((raw) => {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `ps exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const all = lines(raw.stdout).map((line) => line.split(' '));
    const strange = all.find(([what = '']) => !['docker', 'compose', 'rootless'].includes(what));
    if (strange !== undefined) throw new Error('its output is no count of containers');
    const [, ...docker] = all.find(([what]) => what === 'docker') ?? [];
    const [, compose = '0'] = all.find(([what]) => what === 'compose') ?? [];
    return {
      docker: docker.join(' ') === 'no answer' ? 'no answer' : Number(docker[0] ?? 0),
      compose: Number(compose),
      rootless: all.flatMap(([what, count = '', user = '']) =>
        what === 'rootless' ? [{ user, count: Number(count) }] : [],
      ),
    };
  }),
});
