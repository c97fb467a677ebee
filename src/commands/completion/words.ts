/** What may be the value of a flag or an argument. */
export type ValueKind =
  | 'check'
  | 'check-or-kind'
  | 'tag'
  | 'host'
  | 'format'
  | 'file'
  | 'folder'
  | 'any'
  | readonly string[];

export interface Described {
  readonly word: string;
  readonly description: string;
}

export interface CompletedFlag extends Described {
  readonly char?: string;
  /** Absent where the flag takes no value. */
  readonly value?: ValueKind;
}

export interface CompletedCommand extends Described {
  readonly flags: readonly CompletedFlag[];
  readonly argument?: ValueKind;
}

/** All that completion offers but hosts, files and folders: made by the build, so that no command has to be loaded for it. */
export interface CompletionWords {
  readonly commands: readonly CompletedCommand[];
  readonly checks: readonly Described[];
  readonly kinds: readonly Described[];
  readonly tags: readonly string[];
  readonly formats: readonly string[];
}
