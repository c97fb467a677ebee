import * as z from 'zod/mini';
import { FactUnavailable } from '../model/fact.ts';
import { defineProbe } from '../model/probe.ts';

const schema = z.object({
  BackendState: z.string(),
  TUN: z.optional(z.boolean()),
  TailscaleIPs: z.nullish(z.array(z.string())),
  Self: z.nullish(
    z.object({ TailscaleIPs: z.nullish(z.array(z.string())), KeyExpiry: z.nullish(z.string()) }),
  ),
});

export interface Tailscale {
  /** `Running`, `Stopped`, `NeedsLogin`, ... */
  readonly state: string;
  readonly addresses: readonly string[];
  /** No network interface is made. */
  readonly userspace: boolean;
  /** Milliseconds since 1970. */
  readonly keyExpiresAt?: number;
}

export const tailscale = defineProbe<Tailscale>({
  id: 'tailscale',
  reads: 'tailscale status --json',
  tools: ['tailscale'],
  script: 'tailscale status --json --peers=false',
  parse(raw) {
    if (/failed to connect to local tailscaled/i.test(raw.stderr)) {
      if (/doesn't appear to be running/.test(raw.stderr))
        return { state: 'tailscaled does not run', addresses: [], userspace: false };
      throw new FactUnavailable('denied', 'tailscaled does not answer this user; run with --sudo');
    }
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `tailscale ended with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const status = schema.parse(JSON.parse(raw.stdout));
    const keyExpiresAt = Date.parse(status.Self?.KeyExpiry ?? '');
    return {
      state: status.BackendState,
      addresses: status.TailscaleIPs ?? status.Self?.TailscaleIPs ?? [],
      userspace: status.TUN === false,
      ...(Number.isNaN(keyExpiresAt) ? {} : { keyExpiresAt }),
    };
  },
});
