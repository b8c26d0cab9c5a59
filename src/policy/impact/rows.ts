/** Collects what is gained and lost into rows: names where they are few, else a pattern with their number. */
import { byBytes } from "../model/byte-order.ts";
import type { ChangedExtent } from "./difference.ts";
import { patternRow } from "./members.ts";
import type { GainsAndLosses, ImpactRow } from "./values.ts";
import type { Alike } from "./wildcards.ts";

interface Group {
  readonly label: string;
  readonly extent: ChangedExtent;
  readonly members: Alike[];
  count: number;
}

export class RowsByLabel {
  readonly #listed: number;
  readonly #groups = { gains: new Map<string, Group>(), losses: new Map<string, Group>() };

  /** @param listed up to how many permissions are listed by name */
  constructor(listed: number) {
    this.#listed = listed;
  }

  add(side: "gains" | "losses", alike: Alike, extent: ChangedExtent): void {
    const key = `${alike.label}\n${JSON.stringify(extent)}`;
    const group = this.#groups[side].get(key) ?? { label: alike.label, extent, members: [], count: 0 };
    this.#groups[side].set(key, group);
    group.members.push(alike);
    group.count += alike.count;
  }

  all(): GainsAndLosses {
    return { gains: this.#rows("gains"), losses: this.#rows("losses") };
  }

  #rows(side: "gains" | "losses"): ImpactRow[] {
    const rows = [...this.#groups[side].values()].flatMap(({ label, extent, members, count }): ImpactRow[] =>
      count <= this.#listed
        ? members.flatMap((alike) => alike.members()).map((permission) => ({ permission, ...extent }))
        : [patternRow({ permission: label, count, ...extent }, () => members.flatMap((alike) => alike.members()))],
    );
    return rows.sort(
      (a, b) =>
        byBytes(a.permission, b.permission) ||
        byBytes(a.scope ?? "", b.scope ?? "") ||
        byBytes(impactRowText(a), impactRowText(b)),
    );
  }
}

/** The text of a row, equal where the same happens: why it happens is left out. */
export const impactRowText = ({ because: _, ...row }: ImpactRow): string => JSON.stringify(row);
