// A word that begins with an equals sign is looked up by zsh, the shell of a Mac.
const SAFE_WORD = /^(?!=)[\w@%+=:,./-]+$/;

/** One word of POSIX sh, quoted where it needs to be: the one function that does. */
export function quote(word: string): string {
  return SAFE_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
