/** Renamings that documents say by `was`, and those that they may have left unsaid (rule 39). */
import { EXIT, type Named } from "../../errors.ts";
import { rename } from "../edit/entities.ts";
import { byBytes } from "../model/byte-order.ts";
import { type Change, formerNamesOf, keyFields, replay } from "../model/change.ts";
import { quote } from "../model/names.ts";
import { draftOf, type Policy } from "../model/policy.ts";
import { NAMED_KINDS } from "../model/records.ts";
import { movedByRenames } from "../rules/renames.ts";
import type { Document, Fact } from "./facts.ts";
import { Problems } from "./problems.ts";

/** The facts that say under which name they stood before, with the kind, the new name and the former one. */
function* factsWithWas(document: Document): Iterable<{ kind: Named; name: string; was: string; fact: Fact }> {
  for (const kind of NAMED_KINDS)
    for (const [name, fact] of document.facts[kind]) if (fact.was !== null) yield { kind, name, was: fact.was, fact };
}

/** The former names that a document says of a kind. */
export const formerNamesIn = (document: Document, kind: Named): string[] =>
  [...factsWithWas(document)].flatMap((said) => (said.kind === kind ? [said.was] : []));

/**
 * The changes of the renamings that a document says: where the new name is missing and the former one stands. What was
 * renamed already is left alone.
 * @throws RbacError `EXISTS` (exit 3) with its place, where both names stand or are stated.
 */
export function renamingsIn(document: Document, policy: Policy): Change[] {
  const draft = draftOf(policy);
  const problems = new Problems();
  const changes: Change[] = [];
  for (const { kind, name, was, fact } of factsWithWas(document)) {
    const [stands, stood] = [policy[kind].has(name), policy[kind].has(was)];
    if (document.facts[kind].has(was) || (stands && stood))
      problems.add(fact.place, "EXISTS", `${kind} ${quote(name)} was ${quote(was)}, and there are both`);
    else if (stood) {
      const renaming = rename(draft, kind, was, name, true);
      replay(draft, renaming, 0);
      for (const change of renaming) changes.push(change);
    }
  }
  problems.throwIfAny(EXIT.refused, "EXISTS");
  return changes;
}

/** The changes that remove a row, but for those that leave it under another name. */
export function removalsIn(changes: readonly Change[]): Change[] {
  const moved = movedByRenames(changes);
  const renamed = new Set(
    changes.flatMap((change) => (change.kind === "former.add" ? [`${change.of}.remove ${change.former}`] : [])),
  );
  const isRenamed = (change: Change) => renamed.has(`${change.kind} ${Object.values(keyFields(change))[0]}`);
  return changes.filter((change) => change.after === null && !moved.has(change) && !isRenamed(change));
}

/**
 * A sentence where changes take a role from its holders while another role comes, which may be the same one renamed.
 * Of several new roles it names the one that is granted most of the same.
 */
export function unsaidRenaming(changes: readonly Change[]): string | undefined {
  const removals = removalsIn(changes);
  const dropped = removals.flatMap((change) => (change.kind === "role.remove" ? [change.role] : []));
  const renamed = formerNamesOf(changes, "role");
  const coming = changes
    .flatMap((change) => (change.kind === "role.add" && !renamed.has(change.role) ? [change.role] : []))
    .sort(byBytes);
  const assignmentsOf = (role: string) =>
    removals.filter((change) => change.kind === "assignment.remove" && change.role === role).length;
  const [going] = dropped.sort((a, b) => assignmentsOf(b) - assignmentsOf(a) || byBytes(a, b));
  const count = going === undefined ? 0 : assignmentsOf(going);
  if (going === undefined || count === 0 || coming.length === 0) return undefined;
  const rights = grantsOf(changes, "grant.remove", going);
  const shared = (role: string) =>
    [...grantsOf(changes, "grant.add", role)].filter((right) => rights.has(right)).length;
  const [likeliest] = coming.sort((a, b) => shared(b) - shared(a));
  const assignments = `${count} assignment${count === 1 ? "" : "s"}`;
  return (
    `The role ${quote(going)} would go with ${assignments}, while ${quote(String(likeliest))} comes: ` +
    `if it is the same one, say was: ${going} there.`
  );
}

/** What grants of one role give, as comparable texts. */
const grantsOf = (changes: readonly Change[], kind: "grant.add" | "grant.remove", role: string): ReadonlySet<string> =>
  new Set(
    changes.flatMap((change) =>
      change.kind === kind && change.role === role
        ? [JSON.stringify([change.effect, change.permission, change.scope])]
        : [],
    ),
  );
