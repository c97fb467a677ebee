import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';

/** A generation of NixOS, as its links tell it. */
export interface Generation {
  /** Of the profile: 212; undefined for a system that is in no profile. */
  readonly number?: number;
  /** Its place in the store. */
  readonly path: string;
  /** When it was made, milliseconds since 1970. */
  readonly createdAt?: number;
  /** `25.11.20260301.abcdef`. */
  readonly version?: string;
  /** `6.12.11` */
  readonly kernel?: string;
  /** The commit of the configuration, where it tells it. */
  readonly revision?: string;
  /** By the container: `immich-server` and the image that its unit starts. */
  readonly images: Readonly<Record<string, string>>;
}

export interface Generations {
  /** What runs now, and what it was booted with. */
  readonly current: Generation;
  readonly booted?: Generation;
  /** What the next boot would start: the present generation of the profile. */
  readonly profile?: Generation;
  /** The one that was made before the current one. */
  readonly previous?: Generation;
  /** Specialisations, and systems of other profiles: what runs may be one of these. */
  readonly others: readonly string[];
}

const PROFILES = '/nix/var/nix/profiles';
const MOST_UNITS = 100;
const MOST_GENERATIONS = 1000;

// NixOS writes each word of the command on a line of its own: one that is nothing but an image is the image.
const IMAGE = `{ gsub("^[ \\t\\047\\"]+|[ \\t\\047\\"]+$", "") }
$0 ~ "^[a-z0-9.-]+[.][a-z]+(:[0-9]+)?/[A-Za-z0-9._/-]+(:[A-Za-z0-9._-]+)?(@sha256:[0-9a-f]+)?$" { print; exit }`;

// A system has its kernel and version as links and files; what starts a container is a script that ends with `podman run`.
const SCRIPT = `[ -e /run/current-system/nixos-version ] || { echo 'not-nixos'; exit 0; }
describe() {
echo "system $1 $(readlink -f "$2")"
[ ! -r "$2/nixos-version" ] || echo "version $(head -c 200 "$2/nixos-version")"
echo "kernel $(readlink "$2/kernel")"
[ ! -x "$2/sw/bin/nixos-version" ] || echo "json $("$2/sw/bin/nixos-version" --json 2>/dev/null | tr -d '\\n' | head -c 1000)"
}
images() {
count=0
for unit in "$2"/etc/systemd/system/podman-*.service "$2"/etc/systemd/system/docker-*.service; do
[ -r "$unit" ] || continue
count=$((count + 1))
[ "$count" -le ${MOST_UNITS} ] || break
start=$(sed -n 's/^ExecStart=\\([^ ]*\\).*/\\1/p' "$unit" | head -n 1)
[ -r "$start" ] || continue
name=\${unit##*/}
head -c 65536 "$start" | sed 's/[\\\\]$//' | awk '${IMAGE}' | sed "s|^|image $1 \${name%.service} |"
done
}
describe current /run/current-system
images current /run/current-system
[ ! -e /run/booted-system ] || describe booted /run/booted-system
newest=$(readlink ${PROFILES}/system)
[ -z "$newest" ] || echo "profile $newest"
now=$(readlink -f /run/current-system)
list=$(find ${PROFILES}/ -maxdepth 1 -name 'system-*-link' -printf 'generation %T@ %f %l\\n' 2>/dev/null | sort -n -k 2 | tail -n ${MOST_GENERATIONS})
[ -z "$list" ] || printf '%s\\n' "$list"
for other in ${PROFILES}/system-*-link/specialisation/* /run/booted-system/specialisation/*; do
[ ! -e "$other" ] || echo "other $(readlink -f "$other")"
done
find ${PROFILES}/system-profiles/ -maxdepth 1 -name '*-link' -printf 'other %l\\n' 2>/dev/null | tail -n ${MOST_GENERATIONS}
before=$(printf '%s\\n' "$list" | awk -v now="$now" '$4 == now { seen = 1; found = last } $4 != now { last = $3 } END { print seen ? found : last }')
if [ -n "$before" ]; then describe previous "${PROFILES}/$before"; images previous "${PROFILES}/$before"; fi
[ -z "$newest" ] || [ "$(readlink -f ${PROFILES}/system)" = "$now" ] || describe newest ${PROFILES}/system
echo end`;

const toldVersion = z.object({ configurationRevision: z.nullish(z.string()) });

export const generations = defineProbe<Generations>({
  id: 'generations',
  reads:
    '/run/current-system, /run/booted-system and the generations of the system profile: kernel, version and images',
  outputLimit: 262_144,
  script: SCRIPT,
  parse({ stdout, capped }) {
    const all = lines(stdout);
    if (all[0] === 'not-nixos') throw new FactUnavailable('not-applicable', 'this host is not NixOS');
    // Of a list that was cut, the generation that runs may be missing.
    if (capped || all.at(-1) !== 'end') throw new Error('the end of the list is missing');
    const links = all.flatMap((line) => linkIn(line) ?? []);
    const of = (which: string) => systemIn(which, all, links);
    const current = of('current');
    if (current === undefined) throw new Error('no current system');
    const [booted, previous] = [of('booted'), of('previous')];
    const profileLink = saidAfter(all, 'profile ');
    const inProfile = links.find(({ name }) => name === profileLink);
    const profile =
      inProfile?.path === current.path
        ? current
        : (of('newest') ?? (inProfile && { ...inProfile, images: {} }));
    const value = {
      current,
      ...(booted === undefined ? {} : { booted }),
      ...(profile === undefined ? {} : { profile }),
      ...(previous === undefined ? {} : { previous }),
      others: all.flatMap((line) => /^other (\/\S+)$/.exec(line)?.[1] ?? []),
    };
    return value;
  },
});

interface Link {
  readonly name: string;
  readonly number: number;
  readonly createdAt: number;
  readonly path: string;
}

function linkIn(line: string): Link | undefined {
  const [, at, name, number, path] =
    /^generation (\d{1,12})(?:\.\d*)? (system-(\d{1,9})-link) (\/\S+)$/.exec(line) ?? [];
  if (name === undefined || path === undefined) return undefined;
  return { name, number: Number(number), createdAt: Number(at) * 1000, path };
}

/** What the lines from `system WHICH` on tell of it. */
function systemIn(which: string, all: readonly string[], links: readonly Link[]): Generation | undefined {
  const start = all.findIndex((line) => line.startsWith(`system ${which} /`));
  if (start < 0) return undefined;
  const path = all[start]?.slice(`system ${which} `.length) ?? '';
  const next = all.findIndex((line, index) => index > start && line.startsWith('system '));
  const own = all.slice(start + 1, next < 0 ? undefined : next);
  // The same system may be made again: the newest of its generations is when it began.
  const link = links.findLast((each) => each.path === path);
  const version = saidAfter(own, 'version ');
  const [, kernel] = /-linux-(?:[a-z][a-z-]*-)?(\d[\w.-]*)\//.exec(saidAfter(own, 'kernel ') ?? '') ?? [];
  const revision = revisionIn(saidAfter(own, 'json '));
  return {
    path,
    ...(link === undefined ? {} : { number: link.number, createdAt: link.createdAt }),
    ...(version === undefined || version === '' ? {} : { version }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(revision === undefined ? {} : { revision }),
    images: Object.fromEntries(
      all.flatMap((line) => {
        const [, unit, image] =
          new RegExp(`^image ${which} ((?:podman|docker)-[A-Za-z0-9._-]+) (\\S+)$`).exec(line) ?? [];
        return unit === undefined || image === undefined ? [] : [[unit.replace(/^[a-z]+-/, ''), image]];
      }),
    ),
  };
}

const saidAfter = (all: readonly string[], name: string) =>
  all.find((line) => line.startsWith(name))?.slice(name.length);

function revisionIn(json: string | undefined): string | undefined {
  try {
    const told = toldVersion.safeParse(JSON.parse(json ?? ''));
    return told.success ? (told.data.configurationRevision ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
