import { isIPv4 } from 'node:net';
import * as z from 'zod/mini';
import { parseDuration } from '../text/duration.ts';
import { expandHome } from '../text/home.ts';
import { didYouMean } from '../text/nearest.ts';

const SECOND_MS = 1000;
export const DAY_MS = 86_400_000;

/** The message is read after its place: `hsdoctor.toml:3: timeout: "5" is not a duration: ...` */
export const about = (says: (input: string) => string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    `${JSON.stringify(input)} ${says(typeof input === 'string' ? input : '')}`,
});

export const text = (fits: (value: string) => boolean, says: (input: string) => string) =>
  z.string(about(says)).check(z.refine(fits, about(says)));

export const list = <T extends z.ZodMiniType>(item: T) =>
  z.array(
    item,
    about(() => 'is not a list: write ["one", "another"]'),
  );

export const truth = () => z.boolean(about(() => 'is not true or false'));

export const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(
    words,
    about((word) => `is not one of ${words.join(', ')}${didYouMean(word, words)}`),
  );

export const whole = (least: number, most: number) => {
  const range = about(() => `is not a whole number from ${least} to ${most}`);
  return z.int(range).check(z.refine((value) => value >= least && value <= most, range));
};

/** In milliseconds. */
export const duration = (range = '1s to 24h', atLeastMs = SECOND_MS, atMostMs = DAY_MS) =>
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

const UNIT = 1024;
const UNITS = ['', 'K', 'M', 'G'];
const LEAST_RATE = UNIT;

/** In bytes a second; as curl and rsync take it, with units of 1024. */
export const rate = () =>
  z.pipe(
    text(
      (value) => (parseRate(value) ?? 0) >= LEAST_RATE,
      (value) =>
        parseRate(value) === undefined
          ? 'is not a rate: write bytes per second, such as 500K or 2M'
          : 'is too slow: write 1K (bytes per second) or more',
    ),
    z.transform((value) => parseRate(value) as number),
  );

function parseRate(value: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([KMG]?)$/i.exec(value) ?? [];
  return number === undefined
    ? undefined
    : Math.round(Number(number) * UNIT ** UNITS.indexOf(unit.toUpperCase()));
}

export const folder = text(
  (value) => /^\/[^\p{Cc}]*$/u.test(value),
  () => 'is not an absolute path: write one that begins with /',
);

/** A file or folder of this machine. */
export const localPath = z.pipe(
  text(
    (value) => /^(?:~?\/)[^\0]*$/.test(value),
    () => 'is not an absolute path: write one that begins with / or ~/',
  ),
  z.transform(expandHome),
);

/** A file that holds a secret: who confuses the two writes the secret, so that what stands there is never shown. */
export const secretPath = z.pipe(
  z
    .string('this is not a path of a file')
    .check(
      z.refine(
        (value) => /^(?:~?\/)[^\0]*$/.test(value),
        'this is not an absolute path: write the path of a file, beginning with / or ~/',
      ),
    ),
  z.transform(expandHome),
);

/** Never shown with its user and password. */
export const serverUrl = z.string('this is not a URL: write http://HOST:2283').check(
  z.refine(
    (value) => {
      const url = URL.parse(value);
      return url?.protocol === 'http:' || url?.protocol === 'https:';
    },
    {
      error: ({ input }) => {
        const shown = String(input)
          .replace(/^([a-z]+:\/\/)?.*@/is, '$1')
          .replace(/[?#].*/s, '');
        const host = shown.replace(/^(?:\w*:)?\/\//, '') || 'HOST:2283';
        return `${JSON.stringify(shown)} is not the URL of a server: write http://${host} or https://${host}`;
      },
    },
  ),
);

export const glob = text(
  (value) => value !== '' && !/\p{Cc}/u.test(value),
  () => 'is not a name pattern: write one such as "*.tmp"',
);

export const albumName = text(
  (value) => value.trim() !== '' && !/\p{Cc}/u.test(value),
  () => 'is not an album name',
);

export const host = text(
  (value) => /^[^-\s\p{Cc}][^\s\p{Cc}]*$/u.test(value) && !/^[^:/]+:\d+$/.test(value),
  (value) =>
    /^[^:/]+:\d+$/.test(value)
      ? `is not a host: to give a port, write ssh://${value}`
      : 'is not a host: write minipc, me@minipc or ssh://minipc:2222, without spaces and not beginning with -',
);

export const container = text(
  (value) => /^[A-Za-z0-9][\w.-]*$/.test(value),
  () => 'is not a container name',
);

export const tailscaleAddress = text(
  (value) => isIPv4(value) && /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(value),
  () => 'is not an IPv4 address of Tailscale, which are in 100.64.0.0/10',
);

export const secret = text(
  (value) => /^\/run\/agenix\/[\w-][\w.@+-]*$/.test(value),
  () => 'is not the path of a secret: write one such as /run/agenix/NAME',
);
