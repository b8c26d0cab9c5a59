/** Many short linked lists of integers in two shared arrays: an array for each list would take ten times the memory. */

/** The list of the free positions. */
const FREE_LIST = 0;

export class LinkedIntLists {
  /** Pairs of an integer and the position of the next pair of its list, 0 after the last. Position 0 is not used. */
  readonly #links = [0, 0];
  /** By list: the position of its first pair, 0 for an empty list. */
  readonly #first = [0];

  /** Creates an empty list and returns its number, from 1 on. */
  create(): number {
    return this.#first.push(0) - 1;
  }

  add(list: number, value: number): void {
    let position = this.#first[FREE_LIST] as number;
    if (position === 0) position = this.#links.length;
    else this.#first[FREE_LIST] = this.#links[position + 1] as number;
    this.#links[position] = value;
    this.#links[position + 1] = this.#first[list] as number;
    this.#first[list] = position;
  }

  /** Removes one occurrence of an integer from a list. False if the list does not contain it. Linear in the list. */
  remove(list: number, value: number): boolean {
    for (let previous = 0, position = this.#first[list] as number; position !== 0; ) {
      const next = this.#links[position + 1] as number;
      if (this.#links[position] === value) {
        if (previous === 0) this.#first[list] = next;
        else this.#links[previous + 1] = next;
        this.#links[position + 1] = this.#first[FREE_LIST] as number;
        this.#first[FREE_LIST] = position;
        return true;
      }
      [previous, position] = [position, next];
    }
    return false;
  }

  isEmpty(list: number): boolean {
    return this.#first[list] === 0;
  }

  *values(list: number): Iterable<number> {
    for (let position = this.#first[list] as number; position !== 0; position = this.#links[position + 1] as number)
      yield this.#links[position] as number;
  }
}
