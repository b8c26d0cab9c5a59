/** Random policies, and random needs of a route with all that a question may depend on. */
import fc from "fast-check";

const PERMISSIONS = ["a:x", "a:y", "b:x"];
const SCOPES = ["s", "s/t", "o"];
const CONDITIONS = [
  "resource.n == 1",
  "resource.n != 1",
  "has(resource.n)",
  'context.k == "v"',
  "resource.n == 1 || context.z",
];
const OWNERS = ["u", "w", null];

const grant = fc
  .record({
    permission: fc.constantFrom(...PERMISSIONS, ...PERMISSIONS.map((name) => `${name}:own`), "a:*", "*", "*:own"),
    scope: fc.option(fc.constantFrom(...SCOPES), { freq: 2, nil: undefined }),
    when: fc.option(fc.constantFrom(...CONDITIONS), { freq: 2, nil: undefined }),
  })
  .map(({ permission, scope, when }) => ({ permission, ...(scope && { scope }), ...(when && { when }) }));
const grants = fc.uniqueArray(grant, { maxLength: 3, selector: (one) => JSON.stringify(one) });

/** A policy whose user `u` holds `r`, somewhere, and perhaps `q`. */
export const policies = fc
  .record({
    r: grants,
    denies: fc.uniqueArray(grant, { maxLength: 2, selector: (one) => JSON.stringify(one) }),
    q: grants,
    on: fc.option(fc.constantFrom(...SCOPES), { freq: 1, nil: undefined }),
    everyone: fc.boolean(),
    disabled: fc.integer({ max: 9, min: 0 }).map((number) => number === 0),
  })
  .map(({ r, denies, q, on, everyone, disabled }) => ({
    rbac: 1,
    permissions: PERMISSIONS,
    roles: { r: { grants: r, denies }, q: { grants: q } },
    users: { u: { disabled, roles: [on ? { role: "r", scope: on } : "r"] }, w: {} },
    everyone: everyone ? ["q"] : [],
  }));

/** What is loaded. */
export interface Loaded {
  readonly n: number | undefined;
  readonly owner: string | null;
  readonly scope: string | null;
}
export const objects: fc.Arbitrary<Loaded> = fc.record({
  n: fc.constantFrom(1, 2, undefined),
  owner: fc.constantFrom(...OWNERS),
  scope: fc.constantFrom("s", "s/t", "o", null),
});

/** Where a circumstance comes from: nowhere, the text of the program, the request, what is loaded. */
export type Source = "none" | "fixed" | "early" | "late";
const source = fc.constantFrom<Source>("none", "fixed", "early", "late");

export const needs = fc.record({
  kind: fc.constantFrom("one", "any", "all", "owner"),
  names: fc.uniqueArray(fc.constantFrom(...PERMISSIONS), { minLength: 2, maxLength: 3 }),
  user: fc.constantFrom("u", "u", "w", null),
  on: source,
  owner: source,
  given: source,
  /** Attributes of the context, which the guard itself gives. */
  context: fc.boolean(),
  fixed: objects,
  loads: fc.boolean(),
  found: fc.option(objects, { freq: 4 }),
});
