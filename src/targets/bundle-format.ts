import * as z from 'zod/mini';
import { OUTCOMES } from '../model/fact.ts';
import type { RawResult } from '../model/probe.ts';
import { UsageError } from '../text/usage-error.ts';
import type { Collection } from './target.ts';

export const MANIFEST = 'hsdoctor-bundle.json';
const VERSION = 1;

/** Bytes of all files of a bundle together; what probes may print, twice over. */
export const BUNDLE_LIMIT = 128 * 1024 * 1024;

const bytes = z.int().check(z.nonnegative());

const manifestSchema = z.object({
  format: z.literal('hsdoctor-bundle'),
  version: z.literal(VERSION),
  target: z.string(),
  durationMs: z.number(),
  /** It was collected on the machine itself, and not over ssh. */
  local: z.optional(z.boolean()),
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
        outcome: z.enum(OUTCOMES).check(z.refine((outcome) => outcome !== 'ok')),
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
  const { durationMs, local, sinceMs } = collection;
  const manifest = {
    format: 'hsdoctor-bundle',
    version: VERSION,
    target: name,
    durationMs,
    local,
    sinceMs,
    results,
  };
  return files.set(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

/**
 * Reads a bundle whole, so that a bad one is refused before anything is judged.
 * @param where what the user calls it
 * @param read gives the content of a path of the bundle, undefined where there is no such plain file
 * @throws {UsageError} when it is not a bundle, or not a whole one
 */
export async function decodeBundle(
  where: string,
  read: (path: string) => Promise<Buffer | undefined>,
): Promise<Bundle> {
  const text = await read(MANIFEST);
  if (text === undefined)
    throw new UsageError(
      `${where} is not a bundle of hsdoctor: it has no ${MANIFEST}; \`hsdoctor collect --output\` makes one`,
    );
  const manifest = parseManifest(where, text.toString('utf8'));
  const part = async (path: string, expected: number): Promise<string> => {
    const content = await read(path);
    if (content?.length === expected) return content.toString('utf8');
    throw new UsageError(
      `the bundle ${where} is not whole: ${path} ${content === undefined ? 'is missing' : `has ${content.length} bytes of ${expected}`}; collect it again`,
    );
  };
  const results = new Map<string, RawResult>();
  for (const [id, result] of Object.entries(manifest.results)) {
    if (result.outcome !== 'ran') {
      results.set(id, result as RawResult);
      continue;
    }
    const { stdoutBytes, stderrBytes, ...rest } = result;
    const stdout = await part(`${id}/stdout`, stdoutBytes);
    const stderr = await part(`${id}/stderr`, stderrBytes);
    results.set(id, { ...rest, stdout, stderr });
  }
  const { durationMs, local, sinceMs } = manifest;
  const collection: Collection = {
    durationMs,
    results,
    ...(local === undefined ? {} : { local }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
  return { name: manifest.target, collection };
}

function parseManifest(where: string, text: string): z.infer<typeof manifestSchema> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(`the bundle ${where} is damaged: its ${MANIFEST} is not JSON; collect it again`);
  }
  const identity = identitySchema.safeParse(parsed);
  if (!identity.success)
    throw new UsageError(
      `${where} is not a bundle of hsdoctor: its ${MANIFEST} is another program's; \`hsdoctor collect --output\` makes one`,
    );
  if (identity.data.version !== VERSION)
    throw new UsageError(
      `the bundle ${where} has version ${JSON.stringify(identity.data.version)}, and this hsdoctor reads version ${VERSION}: judge it with the hsdoctor that collected it, or collect it again`,
    );
  const manifest = manifestSchema.safeParse(parsed);
  if (!manifest.success)
    throw new UsageError(
      `the bundle ${where} is damaged: its ${MANIFEST} has no valid ${manifest.error.issues[0]?.path.join('.')}; collect it again`,
    );
  return manifest.data;
}
