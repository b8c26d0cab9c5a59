// Small but nasty random policies and questions, for comparing an evaluator with the oracle.

import fc from "fast-check";
import type { OracleQuestion, PlainDocument, PlainGrant, PlainHolding, PlainRole, PlainUser } from "./oracle.ts";

// Names are chosen to trip: what every object inherits, a user called like a role, a number as text, near-prefixes.
export const ROLES = ["reader", "author", "editor", "zealot", "constructor", "admin"] as const;
export const USERS = ["alice", "author", "10"] as const;
export const RESOURCES = ["posts", "post", "billing", "toString"] as const;
export const ACTIONS = ["read", "reads", "owned", "publish"] as const;

/** Names of one to six parts, whose parts go on behind a dot or slash, or are names themselves. */
const LONGER_NAMES = [
  ...["posts", "toString", "read all posts", "post.read", "post.read.all", "post/read", "post/read.all"],
  ...["posts:read", "posts:read:all", "posts:owned:all", "post.read:all", "post.x.y:reads", "post/read:all:reads"],
  ...["a:b:c:d:e:f", "a:b:c:d:e.g", "billing:read all", "post:post:post", "posts:read:reads:read"],
] as const;

/** Scopes that policies mention; "acmeX" begins like "acme" without lying below it. */
export const SCOPES = [null, "acme", "acme/posts", "acme/posts/42", "beta", "acmeX"] as const;

/** Scopes that questions ask about: the same, and some below, beside and unrelated to them. */
export const ASKED_SCOPES = [
  ...SCOPES,
  "acme/posts/42/comments",
  "acme/posts/4",
  "acme/post",
  "acme/billing",
  "acmeX/posts",
  "beta/posts/42",
  "gamma",
] as const;

/** The middle of all windows: far ahead, so that `--at` judges the present policy rather than an older one. */
export const NOW = "2040-06-15T12:00:00.000Z";

const DAY = 86_400_000;

/** The moments at which windows begin and end. */
export const INSTANTS = [-2, -1, 0, 1, 2].map((days) => shifted(NOW, days * DAY));

/** The moments that questions ask about: each of the above, the millisecond before it and the one after. */
export const ASKED_INSTANTS = INSTANTS.flatMap((time) => [shifted(time, -1), time, shifted(time, 1)]);

type Window = Pick<PlainHolding, "from" | "until">;

const WINDOWS: Window[] = INSTANTS.flatMap((from, position) => [
  { from },
  { until: from },
  ...INSTANTS.slice(position + 1).map((until) => ({ from, until })),
]);

/** Legal documents without constraints: no cycle, no key twice, no pattern that covers nothing in the catalogue. */
export function documents(): fc.Arbitrary<PlainDocument> {
  return fc.record({ roles: roleNames(), users: userNames(), catalogue: catalogues() }).chain((shape) =>
    fc.record({
      rbac: fc.constant(1 as const),
      permissions: fc.constantFrom(shape.catalogue, described(shape.catalogue)),
      roles: roles(shape.roles, shape.catalogue),
      users: users(shape.users, shape.roles),
      everyone: mostly([], fc.subarray(shape.roles, { minLength: 1, maxLength: 2 })),
    }),
  );
}

/** Questions that name only what the document knows, so that each has an answer. */
export function questions(document: PlainDocument): fc.Arbitrary<OracleQuestion> {
  const named = fc.subarray(Object.keys(document.roles ?? {}), { minLength: 1, maxLength: 2 });
  const rest = {
    permission: fc.constantFrom(...catalogueOf(document)),
    own: fc.boolean(),
    scope: fc.constantFrom(...ASKED_SCOPES),
    at: fc.constantFrom(...ASKED_INSTANTS),
    activate: mostly([], named),
  };
  const user = fc.constantFrom(...Object.keys(document.users ?? {}));
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ user, ...rest, assume: mostly([], named) }) },
    // A stranger, who holds what everyone holds, or somebody with just some roles.
    { weight: 1, arbitrary: fc.record({ user: fc.constant(null), ...rest, assume: mostly([], named) }) },
  );
}

export function catalogueOf(document: PlainDocument): string[] {
  const section = document.permissions ?? [];
  return Array.isArray(section) ? section.map(String) : Object.keys(section);
}

function roleNames(): fc.Arbitrary<string[]> {
  return fc.shuffledSubarray<string>([...ROLES], { minLength: 2 });
}

function userNames(): fc.Arbitrary<string[]> {
  return fc.subarray<string>([...USERS], { minLength: 1 });
}

function catalogues(): fc.Arbitrary<string[]> {
  const longer = fc.shuffledSubarray<string>([...LONGER_NAMES], { minLength: 2, maxLength: 7 });
  return fc.oneof({ weight: 2, arbitrary: twoPartCatalogues() }, { weight: 1, arbitrary: longer });
}

function twoPartCatalogues(): fc.Arbitrary<string[]> {
  const actions = fc.subarray<string>([...ACTIONS], { minLength: 2, maxLength: 3 });
  return fc
    .subarray<string>([...RESOURCES], { minLength: 2 })
    .chain((resources) =>
      fc.tuple(...resources.map((resource) => actions.map((names) => names.map((name) => `${resource}:${name}`)))),
    )
    .map((groups) => groups.flat());
}

function described(catalogue: readonly string[]): Record<string, string> {
  return Object.fromEntries(catalogue.map((name) => [name, `May ${name}`]));
}

function roles(names: readonly string[], catalogue: readonly string[]): fc.Arbitrary<Record<string, PlainRole>> {
  // A role inherits only from names before its own, so there is no cycle; names come shuffled, so any may be on top.
  const each = names.map((_, position) => role(names.slice(0, position), catalogue));
  return fc.tuple(...each).map((made) => keyed(names, made));
}

function role(parents: readonly string[], catalogue: readonly string[]): fc.Arbitrary<PlainRole> {
  return fc
    .record({
      inherits: fc.subarray([...parents], { maxLength: Math.min(3, parents.length) }),
      rules: rules(catalogue),
    })
    .map(({ inherits, rules }) => ({
      ...(inherits.length > 0 && { inherits }),
      grants: rules.filter(({ effect }) => effect === "allow").map(({ written }) => written),
      denies: rules.filter(({ effect }) => effect === "deny").map(({ written }) => written),
    }));
}

interface Rule {
  effect: "allow" | "deny";
  pattern: string;
  scope: string | null;
  written: string | PlainGrant;
}

function rules(catalogue: readonly string[]): fc.Arbitrary<Rule[]> {
  const rule = fc
    .record({
      effect: fc.oneof({ weight: 4, arbitrary: fc.constant("allow" as const) }, fc.constant("deny" as const)),
      pattern: patterns(catalogue),
      scope: scopes(),
      long: fc.boolean(),
    })
    .map(({ effect, pattern, scope, long }): Rule => {
      const written = scope !== null ? { permission: pattern, scope } : long ? { permission: pattern } : pattern;
      return { effect, pattern, scope, written };
    });
  return fc.uniqueArray(rule, {
    maxLength: 4,
    selector: ({ effect, pattern, scope }) => JSON.stringify([effect, pattern, scope]),
  });
}

function patterns(catalogue: readonly string[]): fc.Arbitrary<string> {
  const exact = fc.constantFrom(...catalogue);
  const base = fc.oneof(
    { weight: 4, arbitrary: exact },
    // Made from what the catalogue has, so that each pattern covers something.
    { weight: 2, arbitrary: exact.map((name) => name.replace(/:.*/, ":*")) },
    { weight: 2, arbitrary: exact.map((name) => name.replace(/^[^:]*:/, "*:")) },
    { weight: 2, arbitrary: exact.chain(loosened) },
    { weight: 1, arbitrary: fc.constantFrom("*:*", "*") },
  );
  return fc.tuple(base, mostly("", fc.constant(":own"))).map((parts) => parts.join(""));
}

/** A pattern that covers a name: some of its parts, or what stands behind a dot or slash, are a `*`. */
function loosened(name: string): fc.Arbitrary<string> {
  const parts = name.split(":").map((part) => {
    const begun = [...part].flatMap((char, at) =>
      /[./]/.test(char) && at > 0 && at < part.length - 1 ? [`${part.slice(0, at + 1)}*`] : [],
    );
    return fc.constantFrom(part, "*", ...begun);
  });
  return fc
    .tuple(fc.tuple(...parts), fc.nat({ max: 2 * parts.length }))
    .map(([made, cut]) => (cut < made.length ? [...made.slice(0, cut), "*"] : made).join(":"));
}

function scopes(): fc.Arbitrary<string | null> {
  return fc.oneof(fc.constant(null), { weight: 2, arbitrary: fc.constantFrom(...SCOPES) });
}

function users(names: readonly string[], roles: readonly string[]): fc.Arbitrary<Record<string, PlainUser>> {
  const user = fc
    .record({ disabled: fc.nat(7).map((eighth) => eighth === 7), roles: holdings(roles) })
    .map(({ disabled, roles }): PlainUser => ({ ...(disabled && { disabled }), roles }));
  return fc.tuple(...names.map(() => user)).map((made) => keyed(names, made));
}

function holdings(roles: readonly string[]): fc.Arbitrary<(string | PlainHolding)[]> {
  const holding = fc.record({
    role: fc.constantFrom(...roles),
    scope: scopes(),
    window: fc.oneof(fc.constant<Window>({}), fc.constantFrom(...WINDOWS)),
    long: fc.boolean(),
  });
  return fc
    .uniqueArray(holding, { maxLength: 4, selector: ({ role, scope }) => JSON.stringify([role, scope]) })
    .map((list) =>
      list.map(({ role, scope, window, long }) => {
        const written: PlainHolding = { role, ...(scope !== null && { scope }), ...window };
        return long || Object.keys(written).length > 1 ? written : role;
      }),
    );
}

function mostly<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

function keyed<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, position) => [names[position] ?? "", value]));
}

function shifted(time: string, milliseconds: number): string {
  return new Date(Date.parse(time) + milliseconds).toISOString();
}
