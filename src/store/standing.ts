/** What the entries leave standing, kept small: a record may leave millions of rows. */
import { type Change, kindOf } from "../policy/change.ts";
import { type AnyRow, KINDS, type Kind, keyOf, RECORDS } from "../policy/model.ts";

/** How a stored row stands to what the entries left. */
export type Fit = "fits" | "differs" | "unknown";

export class Standing {
  /** By kind and key, the revision that wrote the row and what it says, as one text. */
  readonly #rows: ReadonlyMap<Kind, Map<string, string>> = new Map(KINDS.map((kind) => [kind, new Map()]));
  /** Most rows of a revision say the same: they share one text. */
  readonly #shared = new Map<string, string>();

  /** Sets the row that a change says; true when the row before it was as the change says. */
  replay(change: Change, revision: number): boolean {
    const kind = kindOf(change);
    const rows = this.#rowsOf(kind);
    const key = keyOf(kind, change as unknown as AnyRow);
    const standing = rows.get(key);
    const before = change.before === null ? undefined : said(kind, change.before);
    if (change.after) rows.set(key, this.#share(`${revision} ${said(kind, change.after)}`));
    else rows.delete(key);
    return standing?.slice(standing.indexOf(" ") + 1) === before;
  }

  /** Holds a stored row against what the entries left, and strikes it off. */
  strike(kind: Kind, row: AnyRow): Fit {
    const rows = this.#rowsOf(kind);
    const key = keyOf(kind, row);
    const standing = rows.get(key);
    rows.delete(key);
    if (standing === undefined) return "unknown";
    return standing === `${row.revision} ${said(kind, row)}` ? "fits" : "differs";
  }

  /** The keys of a kind that were not struck off. */
  left(kind: Kind): Iterable<string> {
    return this.#rowsOf(kind).keys();
  }

  #rowsOf(kind: Kind): Map<string, string> {
    return this.#rows.get(kind) ?? new Map();
  }

  #share(text: string): string {
    const known = this.#shared.get(text);
    if (known !== undefined) return known;
    if (this.#shared.size >= SHARED) this.#shared.clear();
    this.#shared.set(text, text);
    return text;
  }
}

/** So many texts are remembered at a time; what differs from row to row is not worth remembering. */
const SHARED = 1000;

/** What a row says beyond its key, as one text. */
function said(kind: Kind, row: AnyRow): string {
  const { fields } = RECORDS[kind] as { readonly fields: readonly string[] };
  let text = "";
  for (const field of fields) text += `${JSON.stringify(row[field] ?? null)},`;
  return text;
}
