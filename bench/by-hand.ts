import { probes } from '../src/facts/host/index.ts';
import type { Probe } from '../src/model/probe.ts';

const ENVIRONMENT =
  'export LC_ALL=C TZ=UTC journal_window=--boot PATH="$PATH:/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"';

export const all: readonly Probe[] = Object.values(probes) as Probe[];

/** A probe alone, as somebody would type it. */
export const alone = (probe: Probe) => `${ENVIRONMENT}\n${probe.script}`;

/**
 * What a good administrator would write to read the same: all commands side by side, each into its own file, shown
 * when all have ended. No time limits, no bounds, no frames.
 */
export const sideBySide = `${ENVIRONMENT}
folder=$(mktemp -d /dev/shm/by-hand.XXXXXX) && cd "$folder" || exit
${all.map(({ id, script }) => `(\n${script}\n) >${id}.out 2>${id}.err </dev/null &`).join('\n')}
wait
for file in *; do echo "== $file"; cat "$file"; done
rm -r "$folder"
`;
