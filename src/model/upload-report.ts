import * as z from 'zod/mini';

/** What became of a file on the server's side. Those of `PROVEN` are safe there. */
export const UPLOAD_OUTCOMES = [
  /** Sent in this run, and the server proved that it holds the bytes. */
  'uploaded',
  /** The server held the bytes before; of a sidecar, it was sent with its photo in an earlier run. */
  'present',
  /** It was in the server's trash and is out of it again. */
  'restored',
  /** A sidecar that was sent with its photo in this run. */
  'attached',
  /** A rehearsal: the server does not hold it. */
  'would-upload',
  /** A rehearsal: it would be taken out of the server's trash. */
  'would-restore',
  /** The server holds the bytes in its trash only. */
  'trashed',
  /** The server took it, or may have, or says that it holds it, and did not prove it. */
  'unproven',
  /** The server knows its checksum, but its own file is missing, or another one: no run can change that. */
  'damaged',
  /** The server holds the bytes where the key, or nobody, can see them: whether they last cannot be known. */
  'unseen',
  /** The server holds the bytes; what was asked for beyond that failed, such as its album, its deletion, or its move. */
  'incomplete',
  /** It could not be read, or the server refused it. */
  'failed',
  /** It changed while it was read or sent. */
  'changed',
  'vanished',
  /** It did not stop changing. */
  'unsettled',
  /** It has no bytes: never sent, never deleted. */
  'empty',
  /** The run ended before its turn. */
  'not-reached',
] as const;

export const PROVEN: readonly UploadOutcome[] = ['uploaded', 'present', 'restored', 'attached'];

/** Of a rehearsal: a run would prove them, as far as can be known. */
const PLANNED: readonly UploadOutcome[] = ['would-upload', 'would-restore'];

export const isPlanned = (outcome: UploadOutcome): boolean => PLANNED.includes(outcome);

/** Nothing is left to do about it. */
export const isInOrder = (outcome: UploadOutcome): boolean => PROVEN.includes(outcome) || isPlanned(outcome);

/** Of a sidecar: what becomes of it is open as long as nothing is known of its photo. */
export const PHOTO_NOT_VERIFIED = 'its photo is not verified';

/** Of a file that was left as it changed: no program but hsdoctor did that. */
export const OTHER_NAME_REMOVED =
  'only its metadata changed, because this run removed another name of the same file (a hard link)';

/** How far a file can be proven to be on the server, each more than the one before. */
export const PROOF_LEVELS = [
  /** The server knows its checksum, and has it outside of its trash. */
  'checksum',
  /** Its asset can be seen, by itself or by the photo that it belongs to. */
  'visible',
  /** The file on the server's disk has its size. */
  'size',
  /** The bytes were read back, and are the same. */
  'deep',
] as const;

const count = z.int().check(z.nonnegative());
const time = z.iso.datetime();

const file = z.object({
  /** Below the folder. */
  path: z.string(),
  /** It is a folder that could not be read: what is in it is missing here. */
  folder: z.optional(z.literal(true)),
  bytes: count,
  outcome: z.enum(UPLOAD_OUTCOMES),
  /** What became of the file here; in a rehearsal, what would, once the server proved that it has it. */
  local: z.enum(['kept', 'deleted', 'moved', 'would-delete', 'would-move']),
  /** The server accepted its bytes in this run, whether it proved afterwards that it holds them or not. */
  sent: z.optional(z.literal(true)),
  /** Why it is not proven, in a sentence; or a word about what was done. */
  reason: z.optional(z.string()),
  /** SHA-1 of its bytes, in hex. */
  checksum: z.optional(z.string()),
  /** Of the server. */
  assetId: z.optional(z.string()),
  /** How far the server proved it. */
  verified: z.optional(z.enum(PROOF_LEVELS)),
  /** Where it lies now. */
  movedTo: z.optional(z.string()),
});

/** What `hsdoctor immich upload --json` prints; `docs/upload-report.schema.json` is generated from it. */
export const uploadReportSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal('hsdoctor'), version: z.string() }),
  startedAt: time,
  durationMs: z.number(),
  folder: z.string(),
  dryRun: z.boolean(),
  /** What is done with a file that is proven. */
  afterwards: z.enum(['keep', 'delete', 'move']),
  server: z.optional(z.object({ url: z.string(), version: z.string() })),
  /** How the run ended; what it says in words where it did not come to its end. */
  ending: z.enum(['complete', 'locked', 'refused', 'server-lost', 'timed-out', 'interrupted']),
  message: z.optional(z.string()),
  /** What the user should know beside the files: a lock that was taken over, a permission that is missing. */
  notes: z.array(z.string()),
  /** Folders in the folder that hold photos or videos, and were left out because they were not asked for. */
  leftOut: z.array(z.string()),
  files: z.array(file),
  summary: z.object({
    files: count,
    /** Folders that could not be read: they are no files, and are among the not proven. */
    foldersUnread: count,
    bytes: count,
    proven: count,
    /** Of the proven: those of which the server only said that it knows them; nothing was looked at on its disk. */
    byChecksum: count,
    /** A rehearsal: what would be sent. */
    toSend: count,
    /** A rehearsal: what would be taken out of the server's trash. */
    toRestore: count,
    /** Accepted by the server in this run; of them, those that are proven too are counted there. */
    sent: count,
    bytesSent: count,
    deleted: count,
    /** Of the deleted files. */
    bytesFreed: count,
    moved: count,
    /** Neither proven nor, in a rehearsal, to be sent or restored. */
    notProven: count,
  }),
  exitStatus: z.int(),
});

export type UploadOutcome = (typeof UPLOAD_OUTCOMES)[number];
export type ProofLevel = (typeof PROOF_LEVELS)[number];
/** What can be asked for: whether it can be seen is looked at where something is to be deleted. */
export type Verification = Exclude<ProofLevel, 'visible'>;
export type FileResult = z.infer<typeof file>;
export type UploadReport = z.infer<typeof uploadReportSchema>;
