/** Separation of duty: the eight functions that the standard has for static sets, and again for dynamic ones. */
import type { Ends, StandardFunction } from "./functions.ts";

/** What differs between the two kinds. */
interface Kind {
  readonly section: string;
  /** Of the functions that are checked against who holds what. */
  readonly checked: string;
  /** The set that is there, of limit 2. */
  readonly set: { readonly name: string; readonly members: readonly string[] };
  /** The roles of a new set. */
  readonly created: readonly [string, string];
  /** What the set that is there says of its roles. */
  readonly bound: readonly Ends[];
  /** A line that is a no, or refused, while the set exists. */
  readonly freed: Ends;
  /** A set that cannot be created. */
  readonly broken: Ends;
}

/** @param word how the names of the functions begin; the kind of the constraint in lower case */
export function separation(
  word: "Ssd" | "Dsd",
  { section, checked, set: { name, members }, created, bound, freed, broken }: Kind,
): readonly StandardFunction[] {
  const kind = word.toLowerCase();
  const [first = "", second = "", third = ""] = members;
  const [one, other] = created;
  const list = (roles: readonly string[]): string => JSON.stringify(roles).replaceAll(",", ", ");
  return [
    {
      section: checked,
      name: `Create${word}Set`,
      lines: [`constraint create apart ${kind} ${one} ${other} --limit 2`],
      library: [`create("constraint", "apart", { kind: "${kind}", roles: ${list(created)}, limit: 2 })`],
      changes: ["constraint.add apart"],
      afterwards: [["constraint show apart", 0]],
      refuses: [
        broken,
        [`constraint create ${name} ${kind} ${one} ${other} --limit 2`, 3],
        [`constraint create apart ${kind} ${one} ${other} --limit 1`, 2],
        [`constraint create apart ${kind} ${one} ${other} --limit 3`, 2],
        [`constraint create apart ${kind} ${one} guest --limit 2`, 2],
      ],
    },
    {
      section: checked,
      name: `Add${word}RoleMember`,
      lines: [`constraint set ${name} --add clerk`],
      library: [`set("constraint", "${name}", { add: ["clerk"] })`],
      changes: [`constraint.update ${name}`],
      afterwards: bound,
      refuses: [
        [`constraint set ${name} --add guest`, 2],
        ["constraint set nothing --add clerk", 2],
      ],
    },
    {
      section,
      name: `Delete${word}RoleMember`,
      lines: [`constraint set ${name} --drop ${second}`],
      library: [`set("constraint", "${name}", { drop: ["${second}"] })`],
      changes: [`constraint.update ${name}`],
      afterwards: word === "Ssd" ? [freed] : bound,
      refuses: [
        [`constraint set ${name} --drop clerk`, 2],
        [`constraint set ${name} --drop ${first} --drop ${second}`, 2],
      ],
    },
    {
      section,
      name: `Delete${word}Set`,
      lines: [`constraint delete ${name}`],
      library: [`delete("constraint", "${name}")`],
      changes: [`constraint.remove ${name}`],
      afterwards: [freed],
      refuses: [["constraint delete nothing", 2]],
    },
    {
      section: checked,
      name: `Set${word}SetCardinality`,
      lines: [`constraint set ${name} --limit 3`],
      library: [`set("constraint", "${name}", { limit: 3 })`],
      changes: [`constraint.update ${name}`],
      afterwards: [freed],
      refuses: [
        [`constraint set ${name} --limit 1`, 2],
        [`constraint set ${name} --limit 4`, 2],
      ],
    },
    {
      section,
      name: `${word}RoleSets`,
      lines: [`constraint list --kind ${kind}`],
      library: [],
      answer: ["constraints", "constraint", [name]],
    },
    {
      section,
      name: `${word}RoleSetRoles`,
      lines: [`constraint show ${name}`],
      library: [],
      answer: ["roles", null, [first, second, third]],
      refuses: [["constraint show nothing", 2]],
    },
    {
      section,
      name: `${word}RoleSetCardinality`,
      lines: [`constraint show ${name}`],
      library: [],
      answer: ["limit", null, 2],
      refuses: [["constraint show nothing", 2]],
    },
  ];
}
