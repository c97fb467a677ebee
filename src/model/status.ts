import * as z from 'zod/mini';

const time = z.iso.datetime();
const size = z.number().check(z.nonnegative());
const count = z.int().check(z.nonnegative());

/** What the checks say of one thing; absent where no check has judged it. */
const verdict = z.object({
  status: z.enum(['fail', 'unknown', 'warn', 'ok']),
  findings: z.array(z.object({ check: z.string(), kind: z.string(), title: z.string() })),
  /** Of `unknown`: why it could not be checked. */
  reason: z.optional(z.string()),
});

/** Sentences: why a part, or all of it, is missing. */
const notRead = z.array(z.string());

const container = z.object({
  name: z.string(),
  unit: z.optional(z.string()),
  image: z.optional(z.string()),
  /** As podman has it (`running`, `exited`), or its unit where podman has no such container (`failed`, `inactive`). */
  state: z.string(),
  /** Of that state. */
  since: z.optional(time),
  /** `healthy`, `unhealthy`, `starting`; absent without a health check. */
  health: z.optional(z.string()),
  /** By systemd and by podman; absent where neither tells. */
  restarts: z.optional(count),
  /** Without files that were read, which the kernel gives up when memory is short. */
  memoryUsed: z.optional(size),
  /** Absent where it is not known, 0 without a limit. */
  memoryLimit: z.optional(size),
  verdict: z.optional(verdict),
});

const port = z.object({
  container: z.string(),
  address: z.string(),
  port: count,
  /** Of a range. */
  lastPort: z.optional(count),
  protocol: z.string(),
  /** `false` while its container does not run. */
  isPublished: z.boolean(),
  /** Who can reach the address: whether a firewall lets them through is not judged. */
  reach: z.enum(['this-host', 'tailnet', 'all-interfaces', 'one-address']),
  /** What it answered when it was asked; absent where nothing asked. */
  answer: z.optional(z.string()),
  verdict: z.optional(verdict),
});

const disk = z.object({
  point: z.string(),
  type: z.string(),
  device: z.string(),
  /** Absent where it did not tell. */
  size: z.optional(size),
  free: z.optional(size),
  isReadOnly: z.boolean(),
  verdict: z.optional(verdict),
});

const tailnet = z.object({
  state: z.optional(z.string()),
  addresses: z.array(z.string()),
  keyExpiresAt: z.optional(time),
  isOffline: z.optional(z.boolean()),
  /** Ports on which Funnel lets the internet in. */
  funnelPorts: z.array(count),
  notRead,
  verdict: z.optional(verdict),
});

const secrets = z.object({
  present: z.optional(count),
  /** Their paths. */
  missing: z.array(z.string()),
  notRead,
  verdict: z.optional(verdict),
});

const memory = z.object({
  /** Of the whole host. */
  total: z.optional(size),
  /** What programs can have of it without anything being swapped out. */
  available: z.optional(size),
  /** Of the containers that have a limit, together. */
  used: z.optional(size),
  limit: z.optional(size),
  /** Processes that were killed because memory ran out, in the time window. */
  kills: z.optional(count),
  notRead,
  verdict: z.optional(verdict),
});

/** The running system of NixOS. */
const generation = z.object({
  /** Of the profile; absent for a system that is in no profile. */
  number: z.optional(count),
  version: z.optional(z.string()),
  createdAt: z.optional(time),
  notRead,
  verdict: z.optional(verdict),
});

const upload = z.object({
  /** When the last run in the agent's log ended. */
  at: z.optional(time),
  succeeded: z.optional(z.boolean()),
  /** Files. */
  uploaded: z.optional(count),
  notRead,
  verdict: z.optional(verdict),
});

/** What is known by a check alone. */
const judged = z.object({
  check: z.string(),
  /** Why it is unknown, or what an `ok` does not cover. */
  reason: z.optional(z.string()),
  lookedAt: z.record(z.string(), count),
  verdict: z.optional(verdict),
});

const target = z.object({
  name: z.string(),
  kind: z.enum(['local', 'ssh', 'bundle']),
  /** Why nothing at all could be read, where that is so. */
  error: z.optional(z.string()),
  system: z.object({
    os: z.string(),
    hostname: z.optional(z.string()),
    user: z.optional(z.string()),
    kernel: z.optional(z.string()),
    collectedAt: z.optional(time),
    bootedAt: z.optional(time),
  }),
  containers: z.optional(z.object({ items: z.array(container), notRead })),
  ports: z.optional(z.object({ items: z.array(port), notRead })),
  disks: z.optional(z.object({ items: z.array(disk), notRead })),
  memory: z.optional(memory),
  tailnet: z.optional(tailnet),
  secrets: z.optional(secrets),
  upload: z.optional(upload),
  generation: z.optional(generation),
  others: z.array(judged),
  /** Results of all checks by their status. */
  checks: z.object({ ok: count, warn: count, fail: count, unknown: count, skipped: count }),
});

/** What `hsdoctor status --json` prints; `docs/status.schema.json` is generated from it. */
export const statusSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal('hsdoctor'), version: z.string() }),
  targets: z.array(target),
});

export type Verdict = z.infer<typeof verdict>;
export type ContainerStatus = z.infer<typeof container>;
export type PortStatus = z.infer<typeof port>;
export type DiskStatus = z.infer<typeof disk>;
export type TargetStatus = z.infer<typeof target>;
export type HostStatus = z.infer<typeof statusSchema>;
