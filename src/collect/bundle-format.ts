import * as z from 'zod/mini';
import { probes } from '../facts/host/index.ts';
import { FACT_OUTCOMES } from '../model/fact.ts';
import type { Probe, RawResult } from '../model/probe.ts';
import { UsageError } from '../text/usage-error.ts';
import { ERROR_LIMIT } from './script.ts';
import type { Collection } from './target.ts';

export const MANIFEST = 'hsdoctor-bundle.json';
const VERSION = 1;

/** Bytes of all files of a bundle together; what probes may print, twice over. */
export const BUNDLE_LIMIT = 128 * 1024 * 1024;
const MANIFEST_LIMIT = 1024 * 1024;
/** What is redacted may be longer than before, and so is what was no text, once it is one. */
const LONGER_WHEN_SAVED = 3;

/** The files of a bundle by their path in it. */
export interface BundleFiles {
  /** Bytes of a plain file; undefined where there is none. */
  readonly size: (path: string) => Promise<number | undefined>;
  /** Only of a file whose size is known, and within its limit. */
  readonly read: (path: string) => Promise<Buffer>;
}

/** Bytes that a file of a bundle may have; undefined for one that no bundle has. */
export function sizeLimit(path: string): number | undefined {
  if (path === MANIFEST) return MANIFEST_LIMIT;
  const [, id, stream] = /^([^/]+)\/(stdout|stderr)$/.exec(path) ?? [];
  const probe = (Object.values(probes) as Probe[]).find((each) => each.id === id);
  if (probe === undefined) return undefined;
  return LONGER_WHEN_SAVED * (stream === 'stdout' ? probe.outputLimit : ERROR_LIMIT);
}

export function tooLarge(where: string): UsageError {
  return new UsageError(
    `${where} is refused: it holds more than ${BUNDLE_LIMIT / 1024 / 1024} MiB, the limit of a bundle`,
  );
}

const bytes = z.int().check(z.nonnegative());

const manifestSchema = z.object({
  format: z.literal('hsdoctor-bundle'),
  version: z.literal(VERSION),
  target: z.string(),
  durationMs: z.number(),
  /** It was collected on the machine itself, and not over ssh. */
  local: z.optional(z.boolean()),
  /** Times of the clock of who asked, between which it told its own. */
  answered: z.optional(z.object({ from: z.number(), to: z.number() })),
  /** The time window that was asked for, where it was not the boot. */
  sinceMs: z.optional(z.number()),
  results: z.record(
    z.string().check(z.regex(/^[a-z][a-z0-9-]*$/)),
    z.discriminatedUnion('outcome', [
      z.object({
        outcome: z.literal('ran'),
        durationMs: z.number(),
        exitCode: z.int(),
        capped: z.boolean(),
        /** Of the two files, by which a bundle that was cut short is known. */
        stdoutBytes: bytes,
        stderrBytes: bytes,
      }),
      z.object({
        outcome: z.enum(FACT_OUTCOMES).check(z.refine((outcome) => outcome !== 'ok')),
        durationMs: z.number(),
        reason: z.string(),
      }),
    ]),
  ),
});

const identitySchema = z.object({ format: z.literal('hsdoctor-bundle'), version: z.unknown() });

/** A saved collection, and the name of the target that it is of. */
export interface Bundle {
  readonly name: string;
  readonly collection: Collection;
}

/** The files of a bundle by their path in it. The manifest comes last: a bundle whose making was interrupted has none. */
export function encodeBundle({ name, collection }: Bundle): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const results: Record<string, unknown> = {};
  for (const [id, result] of collection.results) {
    if (result.outcome !== 'ran') {
      results[id] = result;
      continue;
    }
    const { stdout, stderr, ...rest } = result;
    const [out, err] = [Buffer.from(stdout), Buffer.from(stderr)];
    results[id] = { ...rest, stdoutBytes: out.length, stderrBytes: err.length };
    files.set(`${id}/stdout`, out);
    files.set(`${id}/stderr`, err);
  }
  const { durationMs, local, answered, sinceMs } = collection;
  const manifest = {
    format: 'hsdoctor-bundle',
    version: VERSION,
    target: name,
    durationMs,
    local,
    answered,
    sinceMs,
    results,
  };
  return files.set(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

/**
 * Reads a bundle whole, so that a bad one is refused before anything is checked. Before the first byte of it is read, all
 * sizes are looked at.
 * @param where what the user calls it
 * @throws {UsageError} when it is not a bundle, not a whole one, or larger than one can be
 */
export async function decodeBundle(where: string, files: BundleFiles): Promise<Bundle> {
  const size = await files.size(MANIFEST);
  if (size === undefined)
    throw new UsageError(
      `${where} is not a bundle of hsdoctor: it has no ${MANIFEST}; \`hsdoctor collect --output\` creates a bundle`,
    );
  requireWithin(where, MANIFEST, size);
  const manifest = parseManifest(where, (await files.read(MANIFEST)).toString('utf8'));
  // What a newer hsdoctor has read besides, nothing here asks for.
  const known = Object.entries(manifest.results).filter(([id]) => sizeLimit(`${id}/stdout`) !== undefined);
  const parts = known.flatMap(([id, result]) =>
    result.outcome === 'ran'
      ? [
          { path: `${id}/stdout`, bytes: result.stdoutBytes },
          { path: `${id}/stderr`, bytes: result.stderrBytes },
        ]
      : [],
  );
  for (const { path, bytes: expected } of parts) {
    const present = await files.size(path);
    if (present === undefined || present < expected)
      throw new UsageError(
        `the bundle ${where} is incomplete: ${path} ${present === undefined ? 'is missing' : `has ${present} bytes of ${expected}`}: collect it again`,
      );
    if (present > expected)
      throw new UsageError(
        `the bundle ${where} was changed after it was collected: ${path} has ${present} bytes, not ${expected}: collect it again`,
      );
    requireWithin(where, path, present);
  }
  if (parts.reduce((sum, part) => sum + part.bytes, 0) > BUNDLE_LIMIT) throw tooLarge(where);
  const text = async (path: string) => (await files.read(path)).toString('utf8');
  const results = new Map<string, RawResult>();
  for (const [id, result] of known) {
    if (result.outcome !== 'ran') {
      results.set(id, result as RawResult);
      continue;
    }
    const { stdoutBytes: _, stderrBytes: __, ...rest } = result;
    results.set(id, { ...rest, stdout: await text(`${id}/stdout`), stderr: await text(`${id}/stderr`) });
  }
  const { durationMs, local, answered, sinceMs } = manifest;
  const collection: Collection = {
    durationMs,
    results,
    ...(local === undefined ? {} : { local }),
    ...(answered === undefined ? {} : { answered }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
  return { name: manifest.target, collection };
}

function requireWithin(where: string, path: string, size: number): void {
  const limit = sizeLimit(path) ?? 0;
  if (size > limit)
    throw new UsageError(`${where} is refused: ${path} has ${size} bytes, and the limit is ${limit}`);
}

function parseManifest(where: string, text: string): z.infer<typeof manifestSchema> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(`the bundle ${where} is damaged: its ${MANIFEST} is not JSON: collect it again`);
  }
  const identity = identitySchema.safeParse(parsed);
  if (!identity.success)
    throw new UsageError(
      `${where} is not a bundle of hsdoctor: its ${MANIFEST} belongs to another program; \`hsdoctor collect --output\` creates a bundle`,
    );
  if (identity.data.version !== VERSION)
    throw new UsageError(
      `the bundle ${where} has version ${JSON.stringify(identity.data.version)}, and this hsdoctor reads version ${VERSION}: check it with the hsdoctor that collected it, or collect it again`,
    );
  const manifest = manifestSchema.safeParse(parsed);
  if (!manifest.success)
    throw new UsageError(
      `the bundle ${where} is damaged: its ${MANIFEST} has no valid ${manifest.error.issues[0]?.path.join('.')}: collect it again`,
    );
  // Every hsdoctor reads it: when a host was asked, and what it is.
  if (manifest.data.results.system === undefined)
    throw new UsageError(
      `the bundle ${where} is damaged: its ${MANIFEST} has no valid results.system: collect it again`,
    );
  return manifest.data;
}
