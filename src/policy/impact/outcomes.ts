/** Collects what happens to one person after another into outcomes, each with everybody to whom it happens. */
import { withCapacity } from "../arrays/with-capacity.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { impactRowText } from "./rows.ts";
import type { GainsAndLosses, Impact, ImpactOnPeople, ImpactOnPerson, ImpactRow } from "./values.ts";

interface Collected {
  readonly users: string[];
  /** With the causes that it has for the first user in byte order. */
  difference: ImpactOnPerson;
  first: string;
}

export class Outcomes {
  readonly people = { gain: 0, lose: 0, both: 0 };
  readonly #later = new Map<string, number>();
  /** By a key that is made of the rows; users come in any order. */
  readonly #byRows = new Map<string, Collected>();
  /** By a number that is known without them. */
  readonly #numbered: ImpactOnPerson[] = [];
  /** Everybody to whom one of these happens, in byte order, each with its number. */
  readonly #users: string[] = [];
  #numbers = new Int32Array();
  /** Each row that was seen, as a number: the key of an outcome is made of them. */
  readonly #numberOfRow = new Map<string, number>();
  readonly #texts = new WeakMap<GainsAndLosses, string>();

  /** True where it is known what happens by a number. */
  isNumbered(number: number): boolean {
    return number < this.#numbered.length;
  }

  /** Says what happens at the moment, and nothing else later; numbers come from 0 in order. */
  setNumbered(number: number, happens: GainsAndLosses): void {
    this.#numbered[number] = { ...happens, later: NEVER };
  }

  /** Adds somebody behind all who were added so before, in byte order. */
  addNumbered(user: string, number: number, happens: { readonly gains: boolean; readonly losses: boolean }): void {
    this.#count(happens);
    this.#numbers = withCapacity(this.#numbers, this.#users.length + 1);
    this.#numbers[this.#users.length] = number;
    this.#users.push(user);
  }

  addByRows(user: string, rows: ImpactOnPerson, now: GainsAndLosses, explain: () => ImpactOnPerson): void {
    this.#count({ gains: rows.gains.length > 0, losses: rows.losses.length > 0 });
    for (const { at } of rows.later) this.#later.set(at, (this.#later.get(at) ?? 0) + 1);
    if (rows.gains.length + rows.losses.length + rows.later.length === 0) return;
    const key = this.#keyOf(rows, now);
    const known = this.#byRows.get(key);
    if (!known) this.#byRows.set(key, { users: [user], difference: explain(), first: user });
    else {
      known.users.push(user);
      if (byBytes(user, known.first) < 0) [known.first, known.difference] = [user, explain()];
    }
  }

  all(): Pick<Impact, "people" | "outcomes" | "later"> {
    return {
      people: this.people,
      outcomes: this.#joined()
        .map(({ users, difference }): ImpactOnPeople => ({ users: inOrder(users), ...difference }))
        .sort((a, b) => b.users.length - a.users.length),
      later: [...this.#later].sort(by(([at]) => at)).map(([at, people]) => ({ at, people })),
    };
  }

  /** Outcomes of both ways to collect, in the order of the first of their users. */
  #joined(): readonly Collected[] {
    const numbered = this.#collected();
    if (this.#byRows.size === 0) return numbered;
    const joined = new Map(this.#byRows);
    for (const one of numbered) {
      const key = this.#keyOf(one.difference, one.difference);
      const same = joined.get(key);
      const { difference, first } = same && byBytes(same.first, one.first) < 0 ? same : one;
      joined.set(key, { users: [...(same?.users ?? []), ...one.users], difference, first });
    }
    return [...joined.values()].sort(by(({ first }) => first));
  }

  /** The numbered ones, in the order of the first of their users. */
  #collected(): Collected[] {
    const numbers = this.#numbers.subarray(0, this.#users.length);
    const ends = new Int32Array(this.#numbered.length);
    for (const number of numbers) ends[number] = (ends[number] as number) + 1;
    for (let number = 1; number < ends.length; number += 1)
      ends[number] = (ends[number] as number) + (ends[number - 1] as number);
    const begins = Int32Array.from(ends, (_, number) => (number === 0 ? 0 : (ends[number - 1] as number)));
    const next = begins.slice();
    const users = new Array<string>(numbers.length);
    numbers.forEach((number, at) => {
      users[next[number] as number] = this.#users[at] as string;
      next[number] = (next[number] as number) + 1;
    });
    return this.#numbered.map((difference, number): Collected => {
      const ofIt = users.slice(begins[number], ends[number]);
      return { users: ofIt, difference, first: ofIt[0] ?? "" };
    });
  }

  #count({ gains, losses }: { readonly gains: boolean; readonly losses: boolean }): void {
    this.people.gain += Number(gains);
    this.people.lose += Number(losses);
    this.people.both += Number(gains && losses);
  }

  /** @param now what happens at the moment, as a value that is the same for many people */
  #keyOf({ later }: ImpactOnPerson, now: GainsAndLosses): string {
    return [this.#textOf(now), ...later.map((then) => `${then.at} ${this.#textOf(then)}`)].join("\n");
  }

  #textOf(rows: GainsAndLosses): string {
    const known = this.#texts.get(rows);
    if (known !== undefined) return known;
    const text = `${this.#numbersOf(rows.gains)}|${this.#numbersOf(rows.losses)}`;
    this.#texts.set(rows, text);
    return text;
  }

  #numbersOf(rows: readonly ImpactRow[]): string {
    return rows
      .map((row) => {
        const text = impactRowText(row);
        const number = this.#numberOfRow.get(text) ?? this.#numberOfRow.size;
        this.#numberOfRow.set(text, number);
        return number;
      })
      .join(",");
  }
}

const NEVER: readonly never[] = [];

/** Most come in order. */
const inOrder = (users: string[]): string[] =>
  users.every((user, at) => at === 0 || byBytes(users[at - 1] as string, user) < 0) ? users : users.sort(byBytes);
