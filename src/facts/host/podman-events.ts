import * as z from 'zod/mini';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { journalctl, ofJournal, requireJournal } from './systemd.ts';

const entry = z.object({ PODMAN_ID: z.string(), PODMAN_NAME: z.string() });

/** Names of containers by their id, those that are gone too: NixOS removes a container as soon as it ends. */
export const containerNames = defineProbe<ReadonlyMap<string, string>>({
  id: 'podman-events',
  reads: "journalctl: podman's own events",
  tools: ['journalctl'],
  outputLimit: 4_000_000,
  script: `${journalctl('--reverse --output=json --output-fields=PODMAN_ID,PODMAN_NAME PODMAN_EVENT=create PODMAN_EVENT=died')}`,
  parse(raw) {
    requireJournal(raw);
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const names = new Map(
      lines(whole).flatMap((line) => {
        const read = entry.safeParse(JSON.parse(line));
        return read.success ? [[read.data.PODMAN_ID, read.data.PODMAN_NAME] as const] : [];
      }),
    );
    return ofJournal(raw, names);
  },
});
