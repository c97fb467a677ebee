import picomatch from 'picomatch';

// Hidden files are left out elsewhere; `!` at the beginning would ignore everything else; names may hold newlines.
const OPTIONS = { dot: true, nonegate: true, flags: 's' };

/** Whether one of the globs means the name below the folder, or its last part. */
export function ignoreBy(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs.filter((glob) => glob !== '').map((glob) => matcherOf(glob.normalize()));
  if (matchers.length === 0) return () => false;
  return (name) => {
    const composed = name.normalize();
    const last = composed.slice(composed.lastIndexOf('/') + 1);
    return matchers.some((matches) => matches(composed) || matches(last));
  };
}

function matcherOf(glob: string): (name: string) => boolean {
  const matches = picomatch(glob, OPTIONS);
  // `Trip (Rome)` means the folder of that name, too.
  return (name) => name === glob || matches(name);
}
