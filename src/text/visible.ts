const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const EACH_UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A file's name on one line, such that two names never look the same: one with a character that steers the terminal or is
 * not seen comes out in quotes, that character as `\n` or `\u202e`.
 */
export function visible(name: string): string {
  if (!UNSEEN.test(name) && !/^["\s]|\s$/.test(name)) return name;
  return JSON.stringify(name).replace(EACH_UNSEEN, (char) =>
    [...Array(char.length).keys()]
      .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
