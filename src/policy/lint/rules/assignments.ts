/** Assignments that change nothing: held another way as well, or over. */
import { removed } from "../../model/change.ts";
import { grouped } from "../../model/group-by.ts";
import { quote } from "../../model/names.ts";
import type { Assignment } from "../../model/policy.ts";
import { ancestorsOf, type Scope } from "../../model/scopes.ts";
import { hasEnded } from "../../model/times.ts";
import type { LintTables } from "./lint-tables.ts";
import type { LintSubject, Rule } from "./rule.ts";

const subjectOf = ({ user, role, scope }: Assignment): LintSubject => ({
  kind: "assignment",
  key: { user, role, scope },
});

export const REDUNDANT_ASSIGNMENT: Rule = {
  id: "redundant-assignment",
  severity: "note",
  title: "a role that its holder holds by another assignment as well, on as wide a scope, for as long",
  help:
    "Taking it away changes no answer. As long as it stands, taking away the other one leaves more than people " +
    "think. Where the other way is what everyone holds, no fix is offered: that is nobody's own.",
  *find({ index, tables }) {
    const everyone = [...index.policy.everyone.keys()];
    const byEveryone = (role: string) => everyone.find((held) => tables.reach(held).has(role));
    for (const [user, rows] of index.assignments) {
      const wider = rows.length > 1 ? widerAmong(rows, tables) : () => undefined;
      for (const row of rows) {
        const other = wider(row);
        const common = other ? undefined : byEveryone(row.role);
        if (other === undefined && common === undefined) continue;
        const where = other && other.scope !== null ? ` on ${quote(other.scope)}` : "";
        yield {
          subject: subjectOf(row),
          message: other
            ? `${quote(user)} holds it by ${quote(other.role)}${where}, too`
            : `everyone holds it, by ${quote(common as string)}`,
          ...(other && { fix: [removed("assignment", row)] }),
        };
      }
    }
  },
};

/** Returns a function that finds another assignment of the same person which gives all that one gives. */
function widerAmong(rows: readonly Assignment[], tables: LintTables): (row: Assignment) => Assignment | undefined {
  const onScope = grouped(rows, ({ scope }): Scope => scope);
  return (row) => {
    const gives = (other: Assignment) =>
      other !== row && isAsLong(other, row) && tables.reach(other.role).has(row.role);
    for (const scope of ancestorsOf(row.scope)) {
      const found = onScope.get(scope)?.find(gives);
      if (found) return found;
    }
    return undefined;
  };
}

const isAsLong = (outer: Assignment, inner: Assignment): boolean =>
  (outer.from === null || (inner.from !== null && outer.from <= inner.from)) &&
  (outer.until === null || (inner.until !== null && outer.until >= inner.until));

export const EXPIRED_WINDOW: Rule = {
  id: "expired-window",
  severity: "note",
  title: "an assignment whose window has ended",
  help: "It gives nothing any more. The record keeps who held what; the row only hides those that still count.",
  *find({ index, at }) {
    for (const row of index.policy.assignment.values())
      if (hasEnded(row, at))
        yield { subject: subjectOf(row), message: `it ended at ${row.until}`, fix: [removed("assignment", row)] };
  },
};
