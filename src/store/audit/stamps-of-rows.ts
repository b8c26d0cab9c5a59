/** Who made something that has a name, and who last changed it: read from the record by its indices. */
import type { Kysely } from "kysely";
import type { Named } from "../../errors.ts";
import type { RecordedStamp, RowStamps } from "../../policy/model/results.ts";
import type { Tables } from "../engine/tables.ts";
import { columnIn, type Fragment, fragment, joinFragments, rawSql } from "../sql/fragments.ts";
import { firstAndLastSeq } from "./entries-of-rows.ts";
import { formersOf } from "./former-names.ts";

/** Something that has a name, and the revision that wrote its row. */
export interface NamedRow {
  readonly of: Named;
  readonly name: string;
  readonly revision: number;
}

/**
 * The stamp of the entry that made it, also under a former name, and that of the last entry about it. About a user are
 * also its assignments; about a role its assignments, its grants, and inheritance on either side; about a permission
 * or a constraint its own fields alone.
 * @param upTo the revision that is read
 * @returns `null` for what the record does not have
 */
export async function stampsOf(db: Kysely<Tables>, row: NamedRow, upTo: number): Promise<RowStamps> {
  const [[, written], [, read]] = [await firstAndLastSeq(db, row.revision), await firstAndLastSeq(db, upTo)];
  const created = await creationOf(db, row, written);
  const changed =
    row.of === "user" || row.of === "role"
      ? newest(await Promise.all(namesIn(row).map((about) => lastOf(db, about, read))))
      : await lastOf(db, await writing(db, row, ["add", "update"]), written);
  return { created: created ?? null, changed: changed ?? null };
}

/** The last entry up to a number that added it; where that only renamed it, the one that added it as what it was. */
async function creationOf(
  db: Kysely<Tables>,
  row: Pick<NamedRow, "of" | "name">,
  last: number,
): Promise<RecordedStamp | undefined> {
  const added = await lastOf(db, await writing(db, row, ["add"]), last);
  const formers = added ? await formersOf(db, [[row.of, row.name]]) : [];
  const former = formers.find(({ revision }) => revision === added?.revision);
  if (!added || !former) return added;
  const [first] = await firstAndLastSeq(db, added.revision);
  return creationOf(db, { of: row.of, name: former.former }, first - 1);
}

const namesIn = ({ of, name }: NamedRow): Fragment[] =>
  of === "user" ? [fragment(`"user" = ?`, name)] : [fragment("role = ?", name), fragment("inherits = ?", name)];

/** A role may be in millions of entries, which are about people; entries about structure are then mostly fewer. */
const MANY = 10_000;
const ABOUT_STRUCTURE = fragment(`"user" is null`);

/** The entries that wrote its own row. */
async function writing(
  db: Kysely<Tables>,
  { of, name }: Pick<NamedRow, "of" | "name">,
  verbs: readonly string[],
): Promise<Fragment> {
  const ofKind = columnIn(
    "kind",
    verbs.map((verb) => `${of}.${verb}`),
  );
  const about: Record<Named, () => Fragment[] | Promise<Fragment[]>> = {
    user: () => [fragment(`"user" = ?`, name)],
    role: async () =>
      (await isInMany(db, name)) ? [ABOUT_STRUCTURE, fragment("role || '' = ?", name)] : [fragment("role = ?", name)],
    permission: () => [ABOUT_STRUCTURE, fragment("permission = ?", name)],
    // Canonical text has a key in this form, and nowhere else: in a text, the quotes would be escaped.
    constraint: () => [
      ABOUT_STRUCTURE,
      fragment(`replace("change", ?, '') <> "change"`, `"constraint":${JSON.stringify(name)}`),
    ],
  };
  return joinFragments(" and ", [ofKind, ...(await about[of]())]);
}

async function isInMany(db: Kysely<Tables>, role: string): Promise<boolean> {
  const query = db.selectFrom("entries").select("seq").where("role", "=", role).orderBy("seq").offset(MANY).limit(1);
  return (await query.execute()).length > 0;
}

const lastOf = (db: Kysely<Tables>, about: Fragment, last: number): Promise<RecordedStamp | undefined> =>
  db
    .selectFrom("entries")
    .select(["revision", "at", "actor", "reason"])
    .where(rawSql(about))
    .where("seq", "<=", last)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();

const newest = (stamps: readonly (RecordedStamp | undefined)[]): RecordedStamp | undefined =>
  stamps.filter((stamp) => stamp !== undefined).sort((a, b) => b.revision - a.revision)[0];
