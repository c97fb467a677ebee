import { isIPv4 } from 'node:net';
import * as z from 'zod/mini';
import { parseDuration } from '../text/duration.ts';
import { didYouMean } from '../text/nearest.ts';

const FAIL_ON = ['fail', 'warn', 'unknown'] as ['fail', 'warn', 'unknown'];
const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** The message is read after its place: `hsdoctor.toml:3: timeout: "5" is not a duration: ...` */
const about = (says: (input: string) => string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    `${JSON.stringify(input)} ${says(typeof input === 'string' ? input : '')}`,
});

const text = (fits: (value: string) => boolean, says: (input: string) => string) =>
  z.string(about(says)).check(z.refine(fits, about(says)));

const list = <T extends z.ZodMiniType>(item: T) =>
  z.array(
    item,
    about(() => 'is not a list: write ["one", "another"]'),
  );

const duration = (atLeastMs: number, atMostMs: number, range: string) =>
  z.pipe(
    text(
      (value) => parseDuration(value) !== undefined,
      () => 'is not a duration: write 30s, 5m or 24h',
    ).check(
      z.refine(
        (value) => {
          const ms = parseDuration(value) ?? 0;
          return ms >= atLeastMs && ms <= atMostMs;
        },
        about(() => `is out of range: write ${range}`),
      ),
    ),
    z.transform((value) => parseDuration(value) as number),
  );

const folder = text(
  (value) => /^\/[^\p{Cc}]*$/u.test(value),
  () => 'is not an absolute path: write one that begins with /',
);

const host = text(
  (value) => /^[^-\s\p{Cc}][^\s\p{Cc}]*$/u.test(value) && !/^[^:/]+:\d+$/.test(value),
  (value) =>
    /^[^:/]+:\d+$/.test(value)
      ? `is not a host: with a port write ssh://${value}`
      : 'is not a host: write minipc, me@minipc or ssh://minipc:2222, without blanks, and not an option',
);

const container = text(
  (value) => /^[A-Za-z0-9][\w.-]*$/.test(value),
  () => 'is not the name of a container',
);

const tailscaleAddress = text(
  (value) => isIPv4(value) && /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(value),
  () => 'is not an IPv4 address of Tailscale: they lie in 100.64.0.0/10',
);

const secret = text(
  (value) => /^\/run\/agenix\/[\w-][\w.@+-]*$/.test(value),
  () => 'is not the path of a secret: write /run/agenix/NAME',
);

/** Everything that can be set, under the keys of the file; flags and environment variables take the same shape. */
export function settingsSchema(checkIds: readonly string[]) {
  const check = {
    hosts: z.optional(list(host)),
    sudo: z.optional(z.boolean(about(() => 'is neither true nor false'))),
    skip: z.optional(
      list(
        text(
          (id) => checkIds.includes(id),
          (id) => `is not a check${didYouMean(id, checkIds) || '; `hsdoctor list` shows them all'}`,
        ),
      ),
    ),
    'fail-on': z.optional(
      z.enum(
        FAIL_ON,
        about((word) => `is none of ${FAIL_ON.join(', ')}${didYouMean(word, FAIL_ON)}`),
      ),
    ),
    timeout: z.optional(duration(SECOND_MS, DAY_MS, '1s to 24h')),
    since: z.optional(duration(SECOND_MS, 3650 * DAY_MS, '1s to 3650d')),
  };
  const names = {
    'machine-learning': z.optional(container),
    'tailscale-address': z.optional(tailscaleAddress),
    containers: z.optional(list(container)),
    secrets: z.optional(list(secret)),
  };
  const whole = {
    configuration: z.optional(folder),
    check: z.optional(
      z.strictObject(
        check,
        about(() => 'is not a section: write [check]'),
      ),
    ),
    names: z.optional(
      z.strictObject(
        names,
        about(() => 'is not a section: write [names]'),
      ),
    ),
  };
  return {
    schema: z.strictObject(whole),
    /** Of each section; those outside of any under ''. */
    keys: { '': Object.keys(whole), check: Object.keys(check), names: Object.keys(names) },
  };
}
