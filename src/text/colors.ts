const ESCAPE = '\u001b';
/** Select Graphic Rendition: how a terminal is told of colors and bold letters. */
const RENDITION = new RegExp(`${ESCAPE}\\[[\\d;:]*m`, 'g');

/** A line of a log without its colors. For logs only: a name is never changed. */
export function withoutColors(line: string): string {
  return line.replace(RENDITION, '');
}
