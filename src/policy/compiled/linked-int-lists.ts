/** Lists of integers that grow and shrink one by one. Most are short and there are many: an array for each would take ten times the room. */

/** The list of what is free. */
const FREE = 0;

export class LinkedIntLists {
  /** Each integer with the place of the next of its list, 0 after the last. */
  readonly #links = [0, 0];
  /** Of each list the place of its first integer. */
  readonly #first = [0];

  /** The number of a new list, counted from 1 on. */
  open(): number {
    return this.#first.push(0) - 1;
  }

  put(list: number, value: number): void {
    let place = this.#first[FREE] as number;
    if (place === 0) place = this.#links.length;
    else this.#first[FREE] = this.#links[place + 1] as number;
    this.#links[place] = value;
    this.#links[place + 1] = this.#first[list] as number;
    this.#first[list] = place;
  }

  /** Takes an integer out of a list, once. False where it is not there. */
  take(list: number, value: number): boolean {
    for (let before = 0, place = this.#first[list] as number; place !== 0; ) {
      const next = this.#links[place + 1] as number;
      if (this.#links[place] === value) {
        if (before === 0) this.#first[list] = next;
        else this.#links[before + 1] = next;
        this.#links[place + 1] = this.#first[FREE] as number;
        this.#first[FREE] = place;
        return true;
      }
      [before, place] = [place, next];
    }
    return false;
  }

  isEmpty(list: number): boolean {
    return this.#first[list] === 0;
  }

  *of(list: number): Iterable<number> {
    for (let place = this.#first[list] as number; place !== 0; place = this.#links[place + 1] as number)
      yield this.#links[place] as number;
  }
}
