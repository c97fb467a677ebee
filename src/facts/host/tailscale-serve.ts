import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';

const handlers = z.nullish(
  z.record(z.string(), z.nullish(z.object({ Proxy: z.optional(z.string()), Text: z.optional(z.string()) }))),
);
const config = {
  TCP: z.nullish(z.record(z.string(), z.nullish(z.object({ TCPForward: z.optional(z.string()) })))),
  Web: z.nullish(z.record(z.string(), z.nullish(z.object({ Handlers: handlers })))),
  AllowFunnel: z.nullish(z.record(z.string(), z.boolean())),
};
const schema = z.nullable(
  z.object({ ...config, Foreground: z.nullish(z.record(z.string(), z.nullish(z.object(config)))) }),
);

/** A port on which Funnel lets the internet in. */
export interface Funnel {
  readonly port: number;
  /** What it leads to: `http://127.0.0.1:2283`; empty where nothing is served there, `files` where a folder or a text is. */
  readonly targets: readonly string[];
}

export const tailscaleServe = defineProbe<readonly Funnel[]>({
  id: 'tailscale-serve',
  reads: 'tailscale serve status --json',
  tools: ['tailscale', 'awk', 'sed'],
  // A text that is served, the path to one, a password in an address, and addresses like those of people stay there.
  script: `told=$(tailscale serve status --json)
status=$?
printf '%s\\n' "$told" | sed -E 's,("(Text|Path)": ").*",\\1-",; s,("Proxy": "[a-z+]*://)([^/"]*@)?([^/"]*)[^"]*,\\1\\3,; s/[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+/-/g' |
awk '$0 ~ "^ *\\"/[^\\"]*\\": [{]" { sub("\\"/[^\\"]*\\"", "\\"/" ++number "\\"") } { print }'
exit "$status"`,
  parse({ stdout, stderr, exitCode }) {
    if (/doesn't appear to be running/.test(stderr))
      throw new FactUnavailable('not-applicable', 'tailscaled is not running');
    if (/failed to connect to local tailscaled/.test(stderr))
      throw new FactUnavailable('denied', 'tailscaled does not answer this user; run with --sudo');
    if (exitCode !== 0)
      throw new FactUnavailable('failed', `tailscale serve exited with ${exitCode}: ${stderr.trim()}`);
    const status = schema.parse(JSON.parse(stdout));
    return [status, ...Object.values(status?.Foreground ?? {})].flatMap((each) => funnelsIn(each ?? {}));
  },
});

type Config = Pick<NonNullable<z.infer<typeof schema>>, 'TCP' | 'Web' | 'AllowFunnel'>;

function funnelsIn({ AllowFunnel, TCP, Web }: Config): Funnel[] {
  return Object.entries(AllowFunnel ?? {}).flatMap(([place, isAllowed]) => {
    const port = /:(\d{1,5})$/.exec(place)?.[1];
    if (!isAllowed || port === undefined) return [];
    const forward = TCP?.[port]?.TCPForward;
    const served = Object.values(Web?.[place]?.Handlers ?? {}).map((handler) => handler?.Proxy ?? 'files');
    return [
      { port: Number(port), targets: [...new Set([...(forward === undefined ? [] : [forward]), ...served])] },
    ];
  });
}
