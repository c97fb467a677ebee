/** The same items, those that `comeLast` names behind all others. */
export async function* lastOnes<Item>(
  items: AsyncIterable<Item>,
  comeLast: (item: Item) => boolean,
): AsyncGenerator<Item> {
  const last: Item[] = [];
  for await (const item of items) {
    if (comeLast(item)) last.push(item);
    else yield item;
  }
  yield* last;
}
