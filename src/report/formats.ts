import type { Format, Render } from './presentation.ts';
import { shown } from './shown.ts';

const forPeople =
  (format: Format): Render =>
  (report, about) =>
    format(shown(report), about);

/** Every format by its name, loaded only when it is asked for. Programs get the text as it is, all others through the door. */
export const formats = {
  human: async () => forPeople((await import('./human.ts')).human),
  json: async (): Promise<Render> => (await import('./json.ts')).json,
  junit: async () => forPeople((await import('./junit.ts')).junit),
  sarif: async () => forPeople((await import('./sarif.ts')).sarif),
  github: async () => forPeople((await import('./github.ts')).github),
  markdown: async () => forPeople((await import('./markdown.ts')).markdown),
  tap: async () => forPeople((await import('./tap.ts')).tap),
} as const;

export type FormatName = keyof typeof formats;
