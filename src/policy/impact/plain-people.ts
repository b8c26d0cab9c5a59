/**
 * The fast form of the comparison, for people who hold nothing but plain roles, without scopes and windows: a
 * permission is allowed where any of them has it. It says what the general form says, which is held against it.
 */
import { KnownDifferences } from "../arrays/known-differences.ts";
import { JoinedWords } from "../arrays/role-words.ts";
import { byBytes } from "../model/byte-order.ts";
import { patternRow } from "./members.ts";
import type { Standing } from "./people.ts";
import {
  CHANGED,
  type Explained,
  IDLE,
  NOT_PLAIN,
  type PlainRole,
  type PlainRoles,
  SEVERAL,
  WIDE_AFTER,
  WIDE_BEFORE,
  WIDE_CHANGED,
} from "./plain-roles.ts";
import type { GainsAndLosses, ImpactRow } from "./values.ts";

/** What happens to somebody. */
export interface PlainCase {
  /** Equal where the same happens, from 0 in the order in which it is first seen; `undefined` for nothing. */
  readonly number: number | undefined;
  readonly gains: boolean;
  readonly losses: boolean;
  /** True where some change may do nothing to them. */
  readonly mayKeep: boolean;
  /** The places of the roles of whom this is. */
  readonly roles: readonly number[];
  readonly wide: WideRow | undefined;
}

/** The row of the wide pattern, of what is gained or lost. */
interface WideRow {
  readonly isLoss: boolean;
  readonly row: ImpactRow;
}

export class PlainPeople {
  readonly #roles: PlainRoles;
  readonly #everyone: readonly string[];
  readonly #listed: number;
  readonly #words: JoinedWords;
  readonly #differences = new KnownDifferences();
  /** The bits of the permissions that the wide pattern covers. */
  readonly #covered: Int32Array;
  /** By permission: the number of the last person who keeps it, though the wide pattern is gained or lost. */
  readonly #marks: Int32Array;
  #person = 0;

  /**
   * @param everyone the roles that everyone holds, before and after
   * @param listed up to how many permissions are listed by name
   */
  constructor(roles: PlainRoles, everyone: readonly string[], listed: number) {
    this.#roles = roles;
    this.#everyone = everyone;
    this.#listed = listed;
    const permissions = roles.rows.length;
    this.#words = new JoinedWords(roles.words, permissions);
    this.#marks = new Int32Array(roles.wide ? permissions : 0);
    this.#covered = new Int32Array((permissions + 31) >>> 5);
    roles.isCovered.forEach((is, at) => {
      this.#covered[at >>> 5] = (this.#covered[at >>> 5] as number) | (is << (at & 31));
    });
  }

  /** What happens to somebody who holds the same before and after; `undefined` where the general form must say it. */
  of({ held }: Standing): PlainCase | undefined {
    if (!this.#roles.isUsable) return undefined;
    const roles: number[] = [];
    for (const { role, scope, from, until } of held) {
      const place = scope === null && from === null && until === null ? this.#roles.of(role) : NOT_PLAIN;
      if (place === NOT_PLAIN) return undefined;
      if (place !== IDLE) roles.push(place);
    }
    for (const role of this.#everyone) {
      const place = this.#roles.of(role);
      if (place === NOT_PLAIN) return undefined;
      if (place !== IDLE) roles.push(place);
    }
    return this.#compared(roles);
  }

  /** The rows of what happens, until the next person is looked at. */
  rows({ wide }: PlainCase): GainsAndLosses {
    const rowsOf = (isLoss: boolean): ImpactRow[] => {
      const rows = this.#words.numbers(isLoss).map((at) => this.#roles.rows[at] as ImpactRow);
      return wide?.isLoss === isLoss ? [...rows, wide.row].sort((a, b) => byBytes(a.permission, b.permission)) : rows;
    };
    return { gains: rowsOf(false), losses: rowsOf(true) };
  }

  /** The same with their causes; `undefined` where only the general form tells them. */
  explained({ roles: places, wide }: PlainCase): GainsAndLosses | undefined {
    const [gains, losses] = [this.#words.numbers(false), this.#words.numbers(true)];
    if (wide || [...gains, ...losses].some((at) => this.#roles.existedBefore(at) !== this.#roles.existsAfter(at)))
      return undefined;
    const roles = this.#rolesAt(places);
    const known = [explainedIn(roles, "gains", gains), explainedIn(roles, "losses", losses)] as const;
    return known[0] && known[1] && { gains: known[0], losses: known[1] };
  }

  #rolesAt(places: readonly number[]): PlainRole[] {
    return places.map((place) => this.#roles.at(place));
  }

  #compared(roles: readonly number[]): PlainCase {
    const words = this.#words;
    const flags = words.flags(roles);
    if ((flags & CHANGED) === 0) return NOTHING;
    const [wideBefore, wideAfter] = [(flags & WIDE_BEFORE) !== 0, (flags & WIDE_AFTER) !== 0];
    // Those under the wide pattern are counted, where it is gained or lost; each of the others is looked at.
    const isIdle = words.join(roles, wideBefore || wideAfter ? this.#covered : undefined);
    const wide = wideBefore === wideAfter ? undefined : this.#wideRow(this.#rolesAt(roles), wideBefore);
    const [gains, losses] = [words.hasAny(false), words.hasAny(true)];
    const hasNone = !gains && !losses && !wide;
    return {
      number: hasNone ? undefined : this.#differences.numberOf(words, signed(wide)),
      gains: gains || wide?.isLoss === false,
      losses: losses || wide?.isLoss === true,
      mayKeep: isIdle || (flags & WIDE_CHANGED) !== 0 || ((flags & SEVERAL) !== 0 && this.#mayDoNothing(roles)),
      roles,
      wide,
    };
  }

  /** True where some change of a role that touches several permissions makes no difference. */
  #mayDoNothing(roles: readonly number[]): boolean {
    const isIdle = (numbers: readonly number[]) => !numbers.some((at) => this.#words.has(at));
    return this.#rolesAt(roles).some(({ byChange }) => byChange.some(isIdle));
  }

  /** The row of the wide pattern; where it stands for few, each of these is added instead. */
  #wideRow(roles: readonly PlainRole[], isLoss: boolean): WideRow | undefined {
    const { isCovered, wideCount, wide } = this.#roles;
    const marks = this.#marks;
    this.#person += 1;
    let count = wideCount;
    for (const role of roles)
      for (const at of isLoss ? role.after : role.before) {
        if (marks[at] !== this.#person) count -= isCovered[at] as number;
        marks[at] = this.#person;
      }
    if (count === 0) return undefined;
    if (count > this.#listed) {
      const row = patternRow({ ...(wide as ImpactRow), count }, () => this.#underWide(roles, isLoss));
      return { isLoss, row };
    }
    isCovered.forEach((is, at) => {
      if (is && marks[at] !== this.#person) this.#words.add(at, isLoss);
    });
    return undefined;
  }

  /** The permissions under the wide pattern that change. */
  #underWide(roles: readonly PlainRole[], isLoss: boolean): string[] {
    const kept = new Set(roles.flatMap((role) => (isLoss ? role.after : role.before)));
    const { rows, isCovered } = this.#roles;
    return rows.filter((_, at) => isCovered[at] === 1 && !kept.has(at)).map(({ permission }) => permission);
  }
}

const NOTHING: PlainCase = {
  ...{ number: undefined, gains: false, losses: false, mayKeep: false, roles: [], wide: undefined },
};

/** How many a row counts, below 0 for a loss; 0 for none. */
const signed = (wide: WideRow | undefined): number => (wide?.row.count ?? 0) * (wide?.isLoss ? -1 : 1);

/** The rows of some permissions, each with the best of its causes in any of the roles. */
function explainedIn(
  roles: readonly PlainRole[],
  side: "gains" | "losses",
  numbers: readonly number[],
): ImpactRow[] | undefined {
  const rows: ImpactRow[] = [];
  for (const at of numbers) {
    let best: Explained | undefined;
    for (const role of roles) {
      const one = role[side].get(at);
      if (one && (!best || isBetter(one, best))) best = one;
    }
    if (!best) return undefined;
    rows.push(best.row);
  }
  return rows;
}

const isBetter = ({ by: a }: Explained, { by: b }: Explained): boolean =>
  (a.cause.roles.length - b.cause.roles.length || byBytes(a.order, b.order)) < 0;
