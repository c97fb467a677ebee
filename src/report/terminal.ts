import process from 'node:process';
import { supportsColor } from 'chalk';

export interface Style {
  readonly color: boolean;
  /** Columns of a line; without an end where nothing says how many there are. */
  readonly width: number;
}

/** Of what is read by a program, or later: no colors, and lines as long as they are. */
export const UNSTYLED: Style = { color: false, width: Number.POSITIVE_INFINITY };

/** What standard output can show, and what its user wants to see: `--no-color`, then FORCE_COLOR, then NO_COLOR. */
export function terminalStyle(noColor: boolean): Style {
  const refused = noColor || (Boolean(process.env.NO_COLOR) && process.env.FORCE_COLOR === undefined);
  return {
    color: !refused && supportsColor !== false && supportsColor.level > 0,
    width:
      process.stdout.columns || Number(/^[1-9]\d*$/.exec(process.env.COLUMNS ?? '')?.[0]) || UNSTYLED.width,
  };
}
