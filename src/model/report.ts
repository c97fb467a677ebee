import * as z from 'zod/mini';
import { FACT_OUTCOMES } from './fact.ts';
import { remedySchema, stepSchema } from './remedy.ts';

/** Worst first. `unknown` outranks `warn`: what could not be seen may be worse than what was. */
export const STATUSES = ['fail', 'unknown', 'warn', 'ok', 'skipped'] as const;

const time = z.iso.datetime();

const evidence = z.object({
  /** The command or file in which it was seen. */
  source: z.string(),
  observed: z.string(),
  expected: z.optional(z.string()),
  at: z.optional(time),
  /** It is older than the present run of its unit, or than the boot: it explains, it does not accuse. */
  history: z.optional(z.boolean()),
  location: z.optional(
    z.object({ file: z.string(), line: z.optional(z.int()), column: z.optional(z.int()) }),
  ),
});

/** What somebody decided to live with, and why. */
const waived = z.object({
  reason: z.string(),
  /** The last day on which it holds. */
  until: z.optional(z.iso.date()),
  /** Where that is written: `hsdoctor.toml:3`, `modules/plex.nix:12`. */
  by: z.string(),
});

const finding = z.object({
  check: z.string(),
  /** Which of the check's findings it is: `tailscale-up/key-expired`. */
  kind: z.string(),
  status: z.enum(['fail', 'warn', 'unknown']),
  /** What is wrong, in one line, naming the thing. */
  title: z.string(),
  summary: z.string(),
  /** The unit, container, secret or address that it is about. */
  subject: z.string(),
  evidence: z.array(evidence),
  /** The check whose finding explains this one. */
  causedBy: z.optional(z.string()),
  /** The fingerprint of that finding. */
  causedByFingerprint: z.optional(z.string()),
  /** What the people who use the machine notice of it. */
  affects: z.optional(
    z.object({ what: z.string(), state: z.enum(['down', 'degraded']), cause: z.optional(z.string()) }),
  ),
  since: z.optional(time),
  count: z.optional(z.int().check(z.positive())),
  remedy: z.optional(remedySchema),
  /** Path below the project's folder, with an anchor. */
  docs: z.string(),
  /** It counts for no status then. */
  waived: z.optional(waived),
  /** Stable over runs: the same fault of the same thing on the same target. */
  fingerprint: z.string(),
});

/** The plural of each thing that was looked at, such as `publishedPorts`, with how many there were. */
const lookedAt = z.record(z.string(), z.int().check(z.nonnegative()));

const result = z.object({
  check: z.string(),
  status: z.enum(STATUSES),
  /** Why it is unknown or skipped, or what an `ok` does not cover. */
  reason: z.optional(z.string()),
  /** How many of each thing it looked at. */
  lookedAt: z.optional(lookedAt),
  findings: z.array(finding),
});

/** What is down, or works only in part, for the people who use the machine. */
const headlineEntry = z.object({
  /** The service, or the part of it: `immich-server`. */
  what: z.string(),
  /** What does not run and is a warning only, because it may be meant or pass, is not `down`. */
  state: z.enum(['down', 'not-running', 'degraded']),
  since: z.optional(time),
  /** Why, in the same line. */
  cause: z.string(),
  /** The check whose finding is at the root of it. */
  check: z.string(),
  /** What gets it back at once, where looking showed that this works. */
  now: z.optional(z.array(stepSchema)),
});

const generation = z.object({
  /** Of the system profile; absent for a system that is in no profile. */
  number: z.optional(z.int()),
  path: z.string(),
  createdAt: z.optional(time),
  version: z.optional(z.string()),
  kernel: z.optional(z.string()),
  /** Commit of the configuration, where the system tells it. */
  revision: z.optional(z.string()),
});

/** What changed last on a host, by time alone: not why something broke. */
const changes = z.object({
  /** The running system. */
  generation: z.optional(generation),
  /** The generation that was made before it. */
  previous: z.optional(generation),
  /** `kernel`, `NixOS`, `configuration`, `image of NAME`: from the previous generation to the running one. */
  differences: z.optional(
    z.array(z.object({ what: z.string(), from: z.optional(z.string()), to: z.optional(z.string()) })),
  ),
  bootedAt: z.optional(time),
  /** The boot before this one; not clean where its journal ends without a shutdown. */
  bootBefore: z.optional(z.object({ endedAt: time, clean: z.boolean() })),
});

const probe = z.object({
  id: z.string(),
  outcome: z.enum(FACT_OUTCOMES),
  reason: z.optional(z.string()),
  durationMs: z.number(),
  exitCode: z.optional(z.int()),
});

/** What a settings file, a variable or a flag says that narrows what is checked. */
const appliedSetting = z.object({
  /** With its section: `check.skip`; `checks` and `tags` are those that were asked for. */
  key: z.string(),
  value: z.string(),
  /** Where that is written: `hsdoctor.toml:3`, `HSDOCTOR_SKIP`, `--skip`. */
  by: z.string(),
});

const target = z.object({
  name: z.string(),
  kind: z.enum(['local', 'ssh', 'bundle', 'source']),
  /** Of a configuration: its folder, from the working directory, with `/` between its parts; `.` where it is the same. */
  folder: z.optional(z.string()),
  /** Why nothing at all could be read, where that is so. */
  error: z.optional(z.string()),
  system: z.object({
    /** The distribution, where it is known; of a configuration `nixos`, `darwin`, `home` or `unknown`. */
    os: z.string(),
    hostname: z.optional(z.string()),
    user: z.optional(z.string()),
    kernel: z.optional(z.string()),
    collectedAt: z.optional(time),
  }),
  durationMs: z.number(),
  /** Worst first; empty where nothing is down. */
  headline: z.array(headlineEntry),
  /** How many of each thing the checks looked at. */
  lookedAt,
  /** What settings have a say in; absent where they have none. */
  settings: z.optional(z.array(appliedSetting)),
  /** Absent where nothing of it was read. */
  changes: z.optional(changes),
  results: z.array(result),
  probes: z.array(probe),
});

const count = z.int().check(z.nonnegative());

/** What `hsdoctor check --json` prints; `docs/report.schema.json` is generated from it. */
export const reportSchema = z.object({
  schemaVersion: z.literal(2),
  tool: z.object({ name: z.literal('hsdoctor'), version: z.string() }),
  startedAt: time,
  durationMs: z.number(),
  targets: z.array(target),
  /** Results by their status; `waived` counts findings. */
  summary: z.object({ ok: count, warn: count, fail: count, unknown: count, skipped: count, waived: count }),
});

export type Status = (typeof STATUSES)[number];
export type Evidence = z.infer<typeof evidence>;
export type Finding = z.infer<typeof finding>;
export type HeadlineEntry = z.infer<typeof headlineEntry>;
export type Changes = z.infer<typeof changes>;
export type LookedAt = Readonly<z.infer<typeof lookedAt>>;
export type AppliedSetting = z.infer<typeof appliedSetting>;
export type CheckResult = z.infer<typeof result>;
export type TargetReport = z.infer<typeof target>;
/** A target as it was checked, before it is summed up. */
export type CheckedTarget = Omit<TargetReport, 'headline' | 'lookedAt'>;
export type Report = z.infer<typeof reportSchema>;

export function worse(a: Status, b: Status): Status {
  return STATUSES.indexOf(a) <= STATUSES.indexOf(b) ? a : b;
}

/** The check whose findings are what could not be read. */
export const VISIBILITY = 'visibility';
