/** What a mode lets all users do with a secret. */
export type OfOthers = 'read' | 'changed' | 'read and changed';

/** @param mode what chmod is told, in digits or in letters */
export function allowsOthers(mode: string): OfOthers | undefined {
  if (/^[0-7]+$/.test(mode)) return ofBits(Number.parseInt(mode, 8));
  const parts = mode.split(',').filter((part) => /^(?:[ug]*[oa][ugoa]*)?[+=]/.test(part));
  const has = (letter: string) => parts.some((part) => part.replace(/^.*?[+=]/, '').includes(letter));
  return ofBits((has('r') ? 4 : 0) | (has('w') ? 2 : 0));
}

function ofBits(mode: number): OfOthers | undefined {
  switch (mode & 0o006) {
    case 0o004:
      return 'read';
    case 0o002:
      return 'changed';
    case 0o006:
      return 'read and changed';
    default:
      return undefined;
  }
}
