import type { Format } from './presentation.ts';

/** Every format by its name, loaded only when it is asked for. */
export const formats = {
  human: async (): Promise<Format> => (await import('./human.ts')).human,
  json: async (): Promise<Format> => (await import('./json.ts')).json,
  junit: async (): Promise<Format> => (await import('./junit.ts')).junit,
  sarif: async (): Promise<Format> => (await import('./sarif.ts')).sarif,
  github: async (): Promise<Format> => (await import('./github.ts')).github,
  markdown: async (): Promise<Format> => (await import('./markdown.ts')).markdown,
  tap: async (): Promise<Format> => (await import('./tap.ts')).tap,
} as const;

export type FormatName = keyof typeof formats;
