/** Where something is written: the file relative to the folder that was read, line and column from 1 (in UTF-16 units). */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
