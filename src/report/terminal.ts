import process from 'node:process';
import { supportsColor } from 'chalk';

const WIDTH_WITHOUT_TERMINAL = 100;

export interface Style {
  readonly color: boolean;
  /** Columns of a line. */
  readonly width: number;
}

/** What standard output can show, and what its user wants to see: `--no-color`, then FORCE_COLOR, then NO_COLOR. */
export function terminalStyle(noColor: boolean): Style {
  const refused = noColor || (Boolean(process.env.NO_COLOR) && process.env.FORCE_COLOR === undefined);
  return {
    color: !refused && supportsColor !== false && supportsColor.level > 0,
    width: process.stdout.columns || WIDTH_WITHOUT_TERMINAL,
  };
}
