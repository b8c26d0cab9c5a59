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

function namesText({ when }: Conditional, of: keyof typeof NAMING, name: string): boolean {
  if (!when?.includes(NAMING[of])) return false;
  return [...usesIn(storedCondition(when))].some(
    ({ path, values = [] }) => dottedPath(path) === NAMING[of] && values.includes(name),
  );
}

/** A name that a change takes from somebody or something, or gives to another; `undefined` where it does neither. */
function nameMoved(change: Change): readonly [of: keyof typeof NAMING, name: string] | undefined {
  if (change.kind === "user.remove") return ["user", change.user];
  if (change.kind === "permission.remove") return ["permission", change.permission];
  if (change.kind !== "former.add" || (change.of !== "user" && change.of !== "permission")) return undefined;
  return [change.of, change.name];
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
  const moved = changes.flatMap((change) => {
    const name = nameMoved(change);
    return name ? [[change, ...name] as const] : [];
  });
  const undeclared = changes.flatMap((change) => (change.kind === "attribute.remove" ? [change] : []));
  return (row) => {
    const attribute = undeclared.find((change) => asksFor(row, change.attribute) && isAbout(change, row));
    if (attribute) return { change: attribute, named: `resource.${attribute.attribute}` };
    if (!row.when || !Object.values(NAMING).some((path) => row.when?.includes(path))) return undefined;
    const found = moved.find(([, of, name]) => namesText(row, of, name));
    return found && { change: found[0], named: quote(found[2]) };
  };
}
