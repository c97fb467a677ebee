export const GIBIBYTE = 2 ** 30;

/** Bytes of podman's word for a limit, such as `2g`. */
export function bytesOf(word: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([bkmgt]?)i?b?$/i.exec(word ?? '');
  if (match === null) return undefined;
  return Number(match[1]) * 1024 ** 'bkmgt'.indexOf(match[2]?.toLowerCase() || 'b');
}

export function wordOf(bytes: number): string {
  return bytes % GIBIBYTE === 0 ? `${bytes / GIBIBYTE}g` : `${Math.round(bytes / 1_048_576)}m`;
}
