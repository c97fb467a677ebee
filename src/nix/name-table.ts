/** So many names are compared one by one: a `Map` of them would take twice the memory, and find them no faster. */
const FEW = 8;

/** What stands by a name, in the order in which it was added. */
export class NameTable<Value> {
  size = 0;
  /** A name, what stands by it, the next name. */
  readonly #entries: (string | Value)[];
  #places: Map<string, number> | undefined;

  /** @param expected how many there will be, for which room is made */
  constructor(expected: number) {
    this.#entries = new Array(expected * 2);
  }

  nameAt(index: number): string {
    return this.#entries[index * 2] as string;
  }

  valueAt(index: number): Value {
    return this.#entries[index * 2 + 1] as Value;
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  get(name: string): Value | undefined {
    const index = this.#find(name);
    return index === undefined ? undefined : this.valueAt(index);
  }

  /** What stands there already by that name is replaced. */
  add(name: string, value: Value): this {
    const index = this.#find(name) ?? this.size++;
    this.#entries[index * 2] = name;
    this.#entries[index * 2 + 1] = value;
    if (this.size > FEW) this.#places = (this.#places ?? this.#indexed()).set(name, index);
    return this;
  }

  #find(name: string): number | undefined {
    if (this.#places !== undefined) return this.#places.get(name);
    for (let index = 0; index < this.size; index++) if (this.#entries[index * 2] === name) return index;
    return undefined;
  }

  #indexed(): Map<string, number> {
    const places = new Map<string, number>();
    for (let index = 0; index < this.size; index++) places.set(this.nameAt(index), index);
    return places;
  }
}
