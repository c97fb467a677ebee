import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { journalctl, ofJournal, requireJournal } from './systemd.ts';

/** A key with which the running system decrypts its secrets, as its configuration names it. */
export interface Identity {
  readonly path: string;
  readonly isThere: boolean;
  /** When agenix missed it last, while it decrypted the secrets at a boot. */
  readonly missedAt?: number;
}

const entry = z.object({ __REALTIME_TIMESTAMP: z.coerce.number(), MESSAGE: z.string() });
const MISSED = /age\.identityPaths entry (\/.*) not present!/;

export const identities = defineProbe<readonly Identity[]>({
  id: 'agenix-identities',
  reads:
    'the activation script and journalctl: paths of the keys that decrypt secrets, and whether the files exist, and existed at boot',
  root: true,
  tools: ['sed', 'journalctl', 'grep'],
  script: `for script in /run/current-system/activate $(systemctl show --property=ExecStart agenix-install-secrets.service 2>/dev/null | sed -n 's/.*{ path=\\([^ ;]*\\) .*/\\1/p'); do
[ ! -r "$script" ] || sed -n "s/.*age[.]identityPaths entry \\(\\/.*\\) not present!.*/\\1/p" "$script"
done | sort -u | while IFS= read -r file; do
if [ -s "$file" ]; then echo "there $file"; else echo "absent $file"; fi
done
${journalctl('--output=json --output-fields=MESSAGE _TRANSPORT=kernel + _SYSTEMD_UNIT=agenix-install-secrets.service + _SYSTEMD_UNIT=initrd-nixos-activation.service')} |
grep -aF 'identityPaths entry' || :`,
  parse(raw) {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `the listing exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    requireJournal(raw);
    const missed = new Map<string, number>();
    const found: Identity[] = [];
    for (const line of lines(raw.stdout)) {
      const [, state, path] = /^(there|absent) (\/.+)$/.exec(line) ?? [];
      if (path !== undefined) {
        found.push({ path, isThere: state === 'there' });
        continue;
      }
      const read = entry.safeParse(JSON.parse(line));
      const of = read.success ? MISSED.exec(read.data.MESSAGE)?.[1] : undefined;
      if (read.success && of !== undefined) missed.set(of, read.data.__REALTIME_TIMESTAMP / 1000);
    }
    const withTimes = found.map((identity) => {
      const missedAt = missed.get(identity.path);
      return missedAt === undefined ? identity : { ...identity, missedAt };
    });
    return ofJournal(raw, withTimes);
  },
});
