/** A function that does what has the same key one after the other, and everything else at once. */
export function inTurn<Result>(): (key: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<Result>>();
  return async (key, work) => {
    const before = last.get(key);
    const own = (async () => {
      await before;
      return work();
    })();
    last.set(key, own);
    try {
      return await own;
    } finally {
      if (last.get(key) === own) last.delete(key);
    }
  };
}
