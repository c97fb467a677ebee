import * as z from 'zod/mini';
import { defineProbe } from '../../model/probe.ts';
import { blocks } from '../../text/lines.ts';
import { CLOCK, presentTime, systemdTime } from './systemd.ts';

const schema = z.object({
  os: z.string(),
  hostname: z.string(),
  kernel: z.string(),
  uid: z.coerce.number(),
  user: z.string(),
  now: z.coerce.number(),
  name: z.optional(z.string()),
  UserspaceTimestamp: z.optional(z.string()),
});

export interface System {
  readonly os: string;
  readonly hostname: string;
  readonly kernel: string;
  readonly uid: number;
  readonly user: string;
  /** Of the target's own clock, milliseconds since 1970: the time that all checks judge by. */
  readonly now: number;
  readonly distribution?: string;
  /** Start of systemd, milliseconds since 1970. */
  readonly bootedAt?: number;
}

export const system = defineProbe<System>({
  id: 'system',
  reads: 'uname, id, date, and /etc/os-release or sw_vers',
  platforms: ['linux', 'darwin'],
  script: `
echo "os=$(uname -s)"
echo "hostname=$(uname -n)"
echo "kernel=$(uname -r)"
echo "uid=$(id -u)"
echo "user=$(id -un)"
echo "now=$(date +%s)"
if [ -r /etc/os-release ]; then (. /etc/os-release && echo "name=$PRETTY_NAME"); fi
if command -v sw_vers >/dev/null; then echo "name=$(sw_vers -productName) $(sw_vers -productVersion)"; fi
if command -v systemctl >/dev/null; then systemctl show --property=UserspaceTimestamp,UserspaceTimestampMonotonic; fi
${CLOCK}`,
  parse(raw) {
    const block = blocks(raw.stdout)[0] ?? {};
    const read = schema.parse(block);
    const bootedAt = presentTime(
      systemdTime(read.UserspaceTimestamp),
      block.UserspaceTimestampMonotonic,
      block,
    );
    return {
      os: read.os,
      hostname: read.hostname,
      kernel: read.kernel,
      uid: read.uid,
      user: read.user,
      now: read.now * 1000,
      ...(read.name === undefined ? {} : { distribution: read.name }),
      ...(bootedAt === undefined ? {} : { bootedAt }),
    };
  },
});
