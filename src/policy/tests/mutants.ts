/** The mutants of a policy: copies with one fault each, such as a policy gets by a slip (Martin & Xie 2007). */
import { conditionalRow } from "../model/conditional-digest.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type AnyGrant, type Assignment, isConditional, keyOf, type Policy, rowsOf } from "../model/policy.ts";
import type { AnyRow, Effect, Rows } from "../model/rows.ts";
import { type Element, type ElementKind, elementOf, elementsOf } from "./elements.ts";

/** `delete` takes the row away, `flip` makes of an allow a deny or the contrary, the others make it wider. */
type MutantKind =
  | "delete"
  | "flip"
  | "widen-permission"
  | "drop-scope"
  | "drop-own"
  | "drop-when"
  | "drop-but"
  | "drop-window";

/** One row of a policy, and what stands in its place; `null` where nothing does. */
export interface Mutant {
  readonly kind: MutantKind;
  readonly from: Element;
  readonly to: Element | null;
}

/** All mutants. What would be a row that stands already is left out: that is the deletion of the other one. */
export function mutantsOf(policy: Policy): Mutant[] {
  return elementsOf(policy).flatMap((from) => {
    if (from.kind === "constraint") return [];
    const changed = replacementsOf(from).filter(({ to }) => !rowsOf(policy, to.kind).has(to.key));
    return [{ kind: "delete" as const, from, to: null }, ...changed.map(({ kind, to }) => ({ kind, from, to }))];
  });
}

interface Replacement {
  readonly kind: MutantKind;
  readonly to: Element;
}

function replacementsOf({ kind, row }: Element): Replacement[] {
  if (kind === "assignment") return assignmentsLike(row as unknown as Assignment);
  if (kind === "grant" || kind === "conditional") return grantsLike(row as unknown as AnyGrant);
  return [];
}

const replacement = (kind: MutantKind, of: ElementKind, row: AnyRow): Replacement => ({
  kind,
  to: elementOf(of, row, keyOf(of, row)),
});

function assignmentsLike(row: Assignment): Replacement[] {
  const { scope, from, until } = row;
  const replaced = (kind: MutantKind, fields: Partial<Assignment>) =>
    replacement(kind, "assignment", { ...row, ...fields });
  return [
    ...(scope === null ? [] : [replaced("drop-scope", { scope: null })]),
    ...(from === null && until === null ? [] : [replaced("drop-window", { from: null, until: null })]),
  ];
}

function grantsLike(row: AnyGrant): Replacement[] {
  const { effect, permission, scope } = row;
  const [but, when] = isConditional(row) ? [row.but, row.when] : [[], null];
  const wider = widened(permission);
  const like = (kind: MutantKind, fields: Partial<Rows["grant"]>, more: Partial<More> = {}) =>
    replacement(kind, ...grantRow({ ...row, ...fields }, { but, when, ...more }));
  const contrary: Effect = effect === "allow" ? "deny" : "allow";
  return [
    like("flip", { effect: contrary }, { but: contrary === "deny" ? [] : but }),
    ...(wider === undefined ? [] : [like("widen-permission", { permission: wider })]),
    ...(scope === null ? [] : [like("drop-scope", { scope: null })]),
    ...(isOwn(permission) ? [like("drop-own", { permission: withoutOwn(permission) })] : []),
    ...(when === null ? [] : [like("drop-when", {}, { when: null })]),
    ...(but.length === 0 ? [] : [like("drop-but", {}, { but: [] })]),
  ];
}

type More = Pick<Rows["conditional"], "but" | "when">;

function grantRow({ role, effect, permission, scope }: Rows["grant"], more: More): ["grant" | "conditional", AnyRow] {
  const row = { role, effect, permission, scope };
  return more.when === null && more.but.length === 0
    ? ["grant", { ...row, revision: 0 }]
    : ["conditional", { ...conditionalRow(row, more), revision: 0 }];
}

/** `posts:read` as `posts:*`, `posts:read:own` as `posts:*:own`; `undefined` where that is no other pattern. */
function widened(permission: string): string | undefined {
  const plain = withoutOwn(permission);
  const colon = plain.indexOf(":");
  const wider = `${plain.slice(0, colon)}:*`;
  return colon < 0 || wider === plain ? undefined : `${wider}${isOwn(permission) ? ":own" : ""}`;
}
