import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { blocks } from '../../text/lines.ts';

const schema = z.object({
  BackendState: z.string(),
  TUN: z.optional(z.boolean()),
  TailscaleIPs: z.nullish(z.array(z.string())),
  Self: z.nullish(
    z.object({
      TailscaleIPs: z.nullish(z.array(z.string())),
      KeyExpiry: z.nullish(z.string()),
      Expired: z.nullish(z.boolean()),
      Online: z.nullish(z.boolean()),
    }),
  ),
  Health: z.nullish(z.array(z.string())),
});

export interface Tailscale {
  /** The states that tailscale itself tells, and one for a daemon that does not run. */
  readonly state: string;
  /** Of `tailscaled.service`, asked for where the daemon does not answer. */
  readonly daemon?: { readonly loadState: string; readonly activeState: string };
  /** What Tailscale itself complains about. */
  readonly health: readonly string[];
  readonly addresses: readonly string[];
  /** No network interface is made. */
  readonly userspace: boolean;
  /** `unclear` where it is told in no way that is known. */
  readonly keyExpiresAt?: number | 'unclear';
  readonly isKeyExpired?: true;
  /** It has no connection to the coordination server. */
  readonly isOffline?: true;
}

export const DAEMON_DOWN = 'tailscaled is not running';

export const tailscale = defineProbe<Tailscale>({
  id: 'tailscale',
  reads: 'tailscale status --json',
  tools: ['tailscale'],
  // The people of the tailnet stay there: their names, and addresses like theirs wherever they are.
  script: `told=$(tailscale status --json --peers=false)
status=$?
printf '%s\\n' "$told" | sed -E 's/("(LoginName|DisplayName|ProfilePicURL)": ").*"/\\1-"/; s/[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+/-/g'
[ "$status" = 0 ] || systemctl show --property=LoadState,ActiveState tailscaled.service 2>/dev/null
exit "$status"`,
  parse(raw) {
    if (/failed to connect to local tailscaled/i.test(raw.stderr)) {
      if (/doesn't appear to be running/.test(raw.stderr)) {
        const { LoadState, ActiveState } = blocks(raw.stdout)[0] ?? {};
        return {
          state: DAEMON_DOWN,
          addresses: [],
          userspace: false,
          health: [],
          ...(LoadState === undefined
            ? {}
            : { daemon: { loadState: LoadState, activeState: ActiveState ?? '' } }),
        };
      }
      throw new FactUnavailable('denied', 'tailscaled does not answer this user; run with --sudo');
    }
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `tailscale exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const status = schema.parse(JSON.parse(raw.stdout));
    const { KeyExpiry, Expired } = status.Self ?? {};
    const keyExpiresAt = Date.parse(KeyExpiry ?? '');
    // Go's zero time: it never expires.
    const expires = KeyExpiry != null && !(keyExpiresAt <= 0);
    return {
      state: status.BackendState,
      addresses: status.TailscaleIPs ?? status.Self?.TailscaleIPs ?? [],
      userspace: status.TUN === false,
      health: status.Health ?? [],
      ...(expires ? { keyExpiresAt: Number.isNaN(keyExpiresAt) ? 'unclear' : keyExpiresAt } : {}),
      ...(Expired === true ? { isKeyExpired: true } : {}),
      ...(status.Self?.Online === false ? { isOffline: true } : {}),
    };
  },
});
