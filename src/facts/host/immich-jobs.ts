import * as z from 'zod/mini';
import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';

/** What this machine, and not the host, asks the Immich of the host with the user's key. */
const schema = z.object({
  url: z.string(),
  queues: z.array(
    z.object({ name: z.string(), failed: z.int(), waiting: z.int(), active: z.int(), isPaused: z.boolean() }),
  ),
  /** Days within which the last photo arrived; undefined where that is not known. */
  newestWithinDays: z.optional(z.int()),
});

export type ImmichJobs = z.infer<typeof schema>;

const NOT_ASKED = 'not asked';
export const NOT_OF_SETTINGS = 'your settings have no URL and key of Immich';

/** As the collection of a host would have brought it: no key goes there, so nothing is asked there. */
export const immichJobs = defineProbe<ImmichJobs>({
  id: 'immich-jobs',
  reads:
    "Immich's job queues and its newest photo, asked from the machine that runs hsdoctor, with the key of your settings",
  script: `echo '${NOT_ASKED}'`,
  parse({ stdout }) {
    if (stdout.trim() === NOT_ASKED) throw new FactUnavailable('not-applicable', NOT_OF_SETTINGS);
    return schema.parse(JSON.parse(stdout));
  },
});
