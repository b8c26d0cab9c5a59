/** What conditions name: attributes of resources, users and permissions. It stays while they stand (rule 36). */
import { storedCondition } from "../conditions/condition.ts";
import { dottedPath } from "../conditions/print.ts";
import type { Change } from "../model/change.ts";
import { quote } from "../model/names.ts";
import type { Conditional } from "../model/policy.ts";
import { usesIn } from "./declared-attributes.ts";

/** Where a condition names a user, and a permission, as a text. */
const NAMING = { user: "subject.user", permission: "action.permission" } as const;

/** True for a condition that asks for an attribute of resources. */
export const asksFor = ({ when }: Conditional, attribute: string): boolean =>
  when !== null && [...usesIn(storedCondition(when))].some(({ path }) => dottedPath(path) === `resource.${attribute}`);

/** The users and permissions that a condition names, each as `subject.user alice`. */
function namesIn({ when }: Conditional): string[] {
  if (!when || !Object.values(NAMING).some((path) => when.includes(path))) return [];
  return [...usesIn(storedCondition(when))].flatMap(({ path, values = [] }) =>
    values.map((value) => `${dottedPath(path)} ${value}`),
  );
}

/** A name that a change takes away, or gives to another, behind the path that names it; `undefined` for no name. */
function nameMoved(change: Change): readonly [path: string, name: string] | undefined {
  if (change.kind === "user.remove") return [NAMING.user, change.user];
  if (change.kind === "permission.remove") return [NAMING.permission, change.permission];
  if (change.kind !== "former.add" || (change.of !== "user" && change.of !== "permission")) return undefined;
  return [NAMING[change.of], change.name];
}

/** True where a change moves a name that a text of a condition may say. */
export const mayMoveName = (change: Change): boolean => nameMoved(change) !== undefined;

/**
 * Returns a function that finds the change that takes from a condition what it names: a user or a permission that goes,
 * is renamed, or gets that name by a renaming; or the last that was declared of an attribute.
 * @param isAbout true where a grant is about the resource of which an attribute is declared no more
 */
export function changeOfNamed(
  changes: readonly Change[],
  isAbout: (undeclared: Change, row: Conditional) => boolean,
): (row: Conditional) => { readonly change: Change; readonly named: string } | undefined {
  const moved = new Map(
    changes.flatMap((change) => {
      const name = nameMoved(change);
      return name ? [[name.join(" "), { change, named: quote(name[1]) }] as const] : [];
    }),
  );
  const undeclared = changes.flatMap((change) => (change.kind === "attribute.remove" ? [change] : []));
  return (row) => {
    const attribute = undeclared.find((change) => asksFor(row, change.attribute) && isAbout(change, row));
    if (attribute) return { change: attribute, named: `resource.${attribute.attribute}` };
    const name = moved.size === 0 ? undefined : namesIn(row).find((one) => moved.has(one));
    return name === undefined ? undefined : moved.get(name);
  };
}
