/** The items without those that `comesLast` names, which are put into `last`. */
export async function* setAside<Item>(
  items: AsyncIterable<Item>,
  comesLast: (item: Item) => boolean,
  last: Item[],
): AsyncGenerator<Item> {
  for await (const item of items) {
    if (comesLast(item)) last.push(item);
    else yield item;
  }
}
