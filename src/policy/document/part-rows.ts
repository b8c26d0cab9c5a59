/** The rows of a part, with the names that they need: what makes a document of it that stands alone. */
import { type Named, UnknownName } from "../../errors.ts";
import { defaultsOf } from "../edit/entities.ts";
import { coverageOf } from "../evaluate/policy-index.ts";
import { byBytes } from "../model/byte-order.ts";
import { withoutOwn } from "../model/names.ts";
import { emptyDraft, keyOf, mapOf, type Policy } from "../model/policy.ts";
import { DOCUMENTED_KINDS, NAMED_KINDS, recordOf } from "../model/records.ts";
import type { AnyRow, Kind, Row } from "../model/rows.ts";
import { liesIn, mayHold, namesSaid, type Part, type RowsOfKind } from "../part/part.ts";
import { coversSomething } from "../rules/dangling-rows.ts";
import { sortedRowsOf } from "./snapshot.ts";

type KindAndRow = readonly [Kind, AnyRow];
type Names = { readonly [N in Named]: Set<string> };

/**
 * The rows of a part, kind by kind, in the order of their keys. Among them are the names that they refer to outside of
 * the part, as rows without fields: roles, users, and permissions; of a wildcard all that it covers.
 * @throws UnknownName (exit 2) for a name that the part says in full, and nothing has.
 */
export async function* rowsOfPart(part: Part, read: RowsOfKind): AsyncIterable<KindAndRow> {
  await refuseUnknown(part, read);
  const needed = await namesNeeded(part, read);
  for (const kind of DOCUMENTED_KINDS) {
    const names = isNamed(kind) ? [...needed[kind]].sort(byBytes).reverse() : [];
    const isBefore = (row: AnyRow) => byBytes(names.at(-1) as string, String(row[kind])) < 0;
    for await (const row of rowsWithin(part, read, kind)) {
      while (names.length > 0 && isBefore(row)) yield [kind, { [kind]: names.pop() as string }];
      yield [kind, row];
    }
    while (names.length > 0) yield [kind, { [kind]: names.pop() as string }];
  }
}

const isNamed = (kind: Kind): kind is Named => recordOf(kind).isNamed;

async function* rowsWithin(part: Part, read: RowsOfKind, kind: Kind): AsyncIterable<AnyRow> {
  if (!mayHold(part, kind)) return;
  for await (const row of read(kind, part)) if (liesIn(part, kind, row)) yield row;
}

async function refuseUnknown(part: Part, read: RowsOfKind): Promise<void> {
  const said = namesSaid(part);
  for (const kind of NAMED_KINDS) {
    const missing = new Set(said.flatMap(([named, name]) => (named === kind ? [name] : [])));
    if (missing.size === 0) continue;
    for await (const row of rowsWithin(part, read, kind)) missing.delete(String(row[kind]));
    for (const name of missing) throw new UnknownName(kind, name);
  }
}

/** The names outside of the part that its rows refer to. */
async function namesNeeded(part: Part, read: RowsOfKind): Promise<Names> {
  const needed = {
    role: new Set<string>(),
    user: new Set<string>(),
    permission: new Set<string>(),
    constraint: new Set<string>(),
  };
  const patterns = new Set<string>();
  for (const kind of DOCUMENTED_KINDS) {
    const references = Object.entries(recordOf(kind).refersTo);
    if (references.length === 0) continue;
    for await (const row of rowsWithin(part, read, kind))
      for (const [field, named] of references)
        for (const name of [row[field] ?? []].flat())
          if (named === "permission") patterns.add(withoutOwn(String(name)));
          else if (!liesIn(part, named, { [named]: name })) needed[named].add(String(name));
  }
  for await (const { but } of rowsWithin(part, read, "conditional")) {
    // What a grant leaves out must exist where it is named exactly; a wildcard may cover nothing.
    for (const name of but as readonly string[]) if (!name.includes("*")) patterns.add(name);
  }
  for (const name of await permissionsNeeded(patterns, read))
    if (!liesIn(part, "permission", { permission: name })) needed.permission.add(name);
  return needed;
}

/** The permissions that patterns cover; none for a pattern that may stand where there are none. */
async function permissionsNeeded(patterns: ReadonlySet<string>, read: RowsOfKind): Promise<readonly string[]> {
  const asked = [...patterns].filter((pattern) => !coversSomething(() => [], pattern));
  if (!asked.some((pattern) => pattern.includes("*"))) return asked;
  const permission = new Map<string, Row<"permission">>();
  for await (const row of read("permission")) permission.set(String(row.permission), row as Row<"permission">);
  return asked.flatMap(coverageOf({ ...emptyDraft(), permission }));
}

/** Every row that documents state, kind by kind, in the order of their keys. */
export async function* everyRow(read: RowsOfKind): AsyncIterable<KindAndRow> {
  for (const kind of DOCUMENTED_KINDS) for await (const row of read(kind)) yield [kind, row];
}

/** Reads the rows of a policy that is in memory. */
export const rowReader = (policy: Policy): RowsOfKind =>
  async function* (kind) {
    yield* sortedRowsOf(policy, kind);
  };

/** The policy of rows, in which rows without fields have the default ones. */
export async function policyOfRows(rows: AsyncIterable<KindAndRow>): Promise<Policy> {
  const policy = emptyDraft();
  for await (const [kind, row] of rows)
    mapOf(policy, kind).set(keyOf(kind, row), { ...defaultsOf(kind), ...row, revision: 0 });
  return policy;
}
