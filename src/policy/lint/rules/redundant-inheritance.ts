/** Edges of inheritance that a role could do without. */
import { removed } from "../../model/change.ts";
import { quote } from "../../model/names.ts";
import type { Inheritance } from "../../model/policy.ts";
import { BroughtRights } from "../roles/brought-rights.ts";
import type { Found, LintInput, Rule } from "./rule.ts";

export const REDUNDANT_INHERITANCE: Rule = {
  id: "redundant-inheritance",
  severity: "note",
  title: "a role inherited another way as well, or one that brings nothing",
  help:
    "Where another way leads to the same role, this one changes no answer: take it away. Where the role brings " +
    "nothing that its heir has not without it, holders of the heir still hold it, may act in it alone, and " +
    "constraints count them: so a person decides, and mostly takes away what the heir repeats.",
  *find(input) {
    const { roles } = input.tables;
    for (const heir of roles.names.keys()) yield* edgesOf(input, heir);
  },
};

function* edgesOf({ index, tables }: LintInput, heir: number): Iterable<Found> {
  const { roles, needless } = tables;
  const parents = roles.parents[heir] as readonly number[];
  if (parents.length === 0) return;
  const edges = index.inherits.get(roles.nameOf(heir)) as readonly Inheritance[];
  const edgeTo = (parent: number) => edges.find(({ inherits }) => inherits === roles.nameOf(parent)) as Inheritance;
  const above = roles.reach(parents.flatMap((parent) => roles.parents[parent] as readonly number[]));
  const implied = new Set(parents.filter((parent) => above.placeOf(parent) !== undefined));
  for (const parent of implied) {
    const through = parents.find((other) => other !== parent && roles.reach([other]).placeOf(parent) !== undefined);
    const way = [roles.nameOf(heir), ...roles.way(through as number, parent)];
    yield {
      ...about(edgeTo(parent)),
      message: `${quote(roles.nameOf(parent))} is inherited through ${quote(way[1] as string)} anyway`,
      because: { roles: way, grant: null },
      fix: [removed("inheritance", edgeTo(parent))],
    };
  }
  const kept = parents.filter((parent) => !implied.has(parent));
  for (const parent of new BroughtRights(roles, needless, heir, kept).idle())
    yield {
      ...about(edgeTo(parent)),
      message: `${quote(roles.nameOf(parent))} brings nothing that it has not without it`,
    };
}

const about = ({ role, inherits }: Inheritance) => ({
  subject: { kind: "inheritance", key: { role, inherits } } as const,
});
