const SAFE_WORD = /^[\w@%+=:,./-]+$/;

/** One word of POSIX sh, quoted where it needs to be: names that come from a host go into commands only through this. */
export function quote(word: string): string {
  return SAFE_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
