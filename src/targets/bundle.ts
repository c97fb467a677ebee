import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { OUTCOMES } from '../model/fact.ts';
import type { RawResult } from '../model/probe.ts';
import { UsageError } from '../text/usage-error.ts';
import type { Collection, Target } from './target.ts';

const MANIFEST = 'hsdoctor-bundle.json';
const NAME = /^[a-z][a-z0-9-]*$/;

const manifestSchema = z.object({
  format: z.literal('hsdoctor-bundle'),
  version: z.literal(1),
  target: z.string(),
  durationMs: z.number(),
  results: z.record(
    z.string().check(z.regex(NAME)),
    z.object({
      outcome: z.union([z.literal('ran'), z.enum(OUTCOMES)]),
      reason: z.optional(z.string()),
      durationMs: z.number(),
      exitCode: z.optional(z.int()),
      capped: z.optional(z.boolean()),
      /** Bytes of the two files, by which a truncated bundle is known. */
      stdoutBytes: z.optional(z.int()),
      stderrBytes: z.optional(z.int()),
    }),
  ),
});

/** Saves the redacted raw outputs of a collection as a folder that `bundleTarget` reads again. */
export async function writeBundle(folder: string, target: string, collection: Collection): Promise<void> {
  const results: z.infer<typeof manifestSchema>['results'] = {};
  await mkdir(folder, { recursive: true });
  for (const [id, result] of collection.results) {
    if (result.outcome !== 'ran') {
      results[id] = result;
      continue;
    }
    const { stdout, stderr, ...rest } = result;
    results[id] = { ...rest, stdoutBytes: Buffer.byteLength(stdout), stderrBytes: Buffer.byteLength(stderr) };
    await mkdir(join(folder, id), { recursive: true });
    await writeFile(join(folder, id, 'stdout'), stdout);
    await writeFile(join(folder, id, 'stderr'), stderr);
  }
  const manifest = {
    format: 'hsdoctor-bundle',
    version: 1,
    target,
    durationMs: collection.durationMs,
    results,
  };
  // Written last: a bundle whose making was interrupted has no manifest, and is refused.
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * A saved collection. Read whole when it is opened, so that a bad one is refused before anything is judged.
 * @throws {UsageError} when it is not a bundle, or not a whole one
 */
export async function bundleTarget(folder: string): Promise<Target> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => {
    throw new UsageError(
      `${folder} is not a bundle of hsdoctor: it has no ${MANIFEST}; make one with \`hsdoctor collect --output ${folder}\``,
    );
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(`${join(folder, MANIFEST)} is damaged: it is not JSON; collect it again`);
  }
  const manifest = manifestSchema.safeParse(parsed);
  if (!manifest.success) {
    const issue = manifest.error.issues[0];
    throw new UsageError(
      `${join(folder, MANIFEST)} is not a manifest of this version: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const results = new Map<string, RawResult>();
  for (const [id, result] of Object.entries(manifest.data.results)) {
    const { outcome, durationMs, reason = '' } = result;
    if (outcome === 'ok') continue;
    if (outcome !== 'ran') {
      results.set(id, { outcome, durationMs, reason });
      continue;
    }
    const stdout = await readPart(folder, id, 'stdout', result.stdoutBytes);
    const stderr = await readPart(folder, id, 'stderr', result.stderrBytes);
    results.set(id, {
      outcome,
      durationMs,
      exitCode: result.exitCode ?? 0,
      capped: result.capped ?? false,
      stdout,
      stderr,
    });
  }
  const collection: Collection = { durationMs: manifest.data.durationMs, results };
  return { name: manifest.data.target, kind: 'bundle', collect: async () => collection };
}

async function readPart(
  folder: string,
  id: string,
  name: string,
  bytes: number | undefined,
): Promise<string> {
  const path = join(folder, id, name);
  const content = await readFile(path).catch(() => undefined);
  if (content?.length !== bytes)
    throw new UsageError(
      `the bundle ${folder} is not whole: ${path} is missing or cut short; collect it again`,
    );
  return (content as Buffer).toString('utf8');
}
