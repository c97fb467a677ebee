import * as z from 'zod/mini';

const place = {
  /** From the working directory where the configuration was read from there; else as the target has it. */
  file: z.optional(z.string()),
  line: z.optional(z.int()),
  column: z.optional(z.int()),
  /** What else to know of the file: the other machines of the folder that read it. */
  note: z.optional(z.string()),
};

const run = z.object({
  kind: z.literal('run'),
  /** The program and its operands, never shell text; without sudo. */
  words: z.array(z.string()),
  /** The folder to run it in. */
  directory: z.optional(z.string()),
  /** The same, quoted for a POSIX shell, with sudo where it needs root; without its folder. */
  text: z.string(),
  /** `target`: on the machine that the finding is about; `here`: where hsdoctor ran. */
  where: z.enum(['target', 'here']),
  root: z.boolean(),
  risk: z.enum(['none', 'restart', 'interactive', 'destructive']),
  why: z.string(),
});

/** One change of a list, by its items as Nix writes them. */
const items = z.object({
  /** They stand one behind the other. */
  remove: z.array(z.string()),
  /** They come in the place of those; where none is removed, at the end of the list. */
  add: z.array(z.string()),
});

const edit = z.object({
  kind: z.literal('edit'),
  /** The option's path, as Nix writes it. */
  option: z.string(),
  ...place,
  endLine: z.optional(z.int()),
  endColumn: z.optional(z.int()),
  /** What the configuration says now, as Nix writes it. */
  before: z.optional(z.string()),
  /** What it should say. */
  after: z.optional(z.string()),
  /**
   * In place of `before` and `after`, where items of a list that is there change: all others stay, and are not told, as any of
   * them may be a secret.
   */
  items: z.optional(z.array(items)),
  /**
   * The same as a unified diff with paths from the folder of the configuration, as `patch -p1` and `git apply --unidiff-zero`
   * take it: where the configuration was judged again with it. It takes those of the steps before it for done, and shows no text
   * and no number but those that it changes.
   */
  diff: z.optional(z.string()),
  why: z.string(),
});

const secret = z.object({
  kind: z.literal('secret'),
  /** The encrypted file, from the folder of its secrets.nix. */
  file: z.string(),
  /** The folder of that secrets.nix. */
  directory: z.string(),
  /** What writes it, quoted for a POSIX shell; to be run in the folder. */
  text: z.string(),
  where: z.enum(['target', 'here']),
  root: z.boolean(),
  why: z.string(),
});

const byHand = z.object({
  kind: z.literal('byHand'),
  text: z.string(),
  ...place,
});

export const stepSchema = z.discriminatedUnion('kind', [run, edit, secret, byHand]);

export const remedySchema = z.object({
  /** Gets the service back, and does nothing else; there only where looking showed that it works. */
  now: z.array(stepSchema),
  /** Keeps it from coming back. */
  lasting: z.array(stepSchema),
});

export type Step = z.infer<typeof stepSchema>;
export type RunStep = z.infer<typeof run>;
export type Remedy = z.infer<typeof remedySchema>;
