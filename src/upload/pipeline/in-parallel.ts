/** Works on what `source` yields, at most `width` at once, and asks for no more than it can begin. */
export async function inParallel<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let active = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const begin = async (item: Item) => {
    active++;
    try {
      await work(item);
    } catch (error) {
      failure ??= { error };
    } finally {
      active--;
      wake();
    }
  };
  const below = async (limit: number) => {
    while (active >= limit) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  try {
    for await (const item of source) {
      void begin(item);
      await below(width);
      if (failure !== undefined) break;
    }
  } catch (error) {
    failure ??= { error };
  }
  // Nobody may go on in the background, whatever happened to the others.
  await below(1);
  if (failure !== undefined) throw failure.error;
}
