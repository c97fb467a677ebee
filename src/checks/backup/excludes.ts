/** Immich keeps the photos themselves in these. */
export const ORIGINALS = ['library', 'upload'];

const ENDINGS = ['jpg', 'jpeg', 'heic', 'png', 'webp', 'gif', 'dng', 'mp4', 'mov'];
const NAMES = ENDINGS.flatMap((ending) => [`IMG_0001.${ending}`, `IMG_0001.${ending.toUpperCase()}`]);

/** What begins a pattern of borg, and how it is then read: by default as one of a shell. */
const STYLE = /^(fm|sh|re|pf|pp):/;

/**
 * Whether a job may leave photos out by this: a name anywhere in their paths, or a pattern.
 * @param folder what the photos lie in, somewhere below
 */
export function mayLeaveOut(exclude: string, folder: string): boolean {
  const [, style] = STYLE.exec(exclude) ?? [];
  // What brings something back leaves nothing out.
  if (exclude.startsWith('!')) return false;
  if (style === 're' || /[[\]{}$]/.test(exclude)) return true;
  const pattern = matcher(exclude.replace(STYLE, '').replace(/(?<=.)\/+$/, ''));
  return NAMES.some((name) => pattern.test(`${folder}/${name}`));
}

/** Of the folder itself, of one around it or of a file in it; whether `*` stops at a slash differs between programs. */
function matcher(pattern: string): RegExp {
  const text = pattern
    .split(/(\*+|\?)/)
    .map((part) => (part.startsWith('*') ? '.*' : part === '?' ? '.' : part.replace(/[\\^$.|+()]/g, '\\$&')))
    .join('');
  return new RegExp(`${pattern.startsWith('/') ? '^' : '(?:^|/)'}${text}(?:/|$)`);
}
