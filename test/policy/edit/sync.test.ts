/** What `sync` decides is what single edits come to, one after the other; and what it is told it leaves. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RbacError } from "../../../src/errors.ts";
import { type SyncRequest, sync } from "../../../src/policy/edit/sync.ts";
import { undoing } from "../../../src/policy/edit/undo.ts";
import { apply, diff } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { assigning, creating, inSequence, revoking, setting, syncing } from "../../../src/policy/mutations.ts";
import { errorOf, policyFrom } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { documents, INSTANTS, SCOPES } from "../../support/random-policies.ts";

interface Case {
  readonly document: PlainDocument;
  readonly request: SyncRequest;
}

const moment = fc.option(fc.constantFrom(...INSTANTS), { freq: 2 });
/** Times that may be in the wrong order, but mostly are not. */
const windows = fc
  .tuple(moment, moment, fc.nat(7))
  .map(([from, until, n]) => (n > 0 && from && until && from >= until ? { from, until: null } : { from, until }));
const text = fc.option(fc.constantFrom("Ann", "é\u2028", "a@example.com"));

/** Whoever syncs owns some roles on some scopes, any of them. */
const requests = (document: PlainDocument): fc.Arbitrary<SyncRequest> => {
  const roles = Object.keys(document.roles ?? {});
  const held = fc
    .tuple(fc.constantFrom(...roles), fc.constantFrom(...SCOPES), windows)
    .map(([role, scope, window]) => ({ role, scope, ...window }));
  const some = <T>(all: readonly T[]) => fc.oneof(fc.constant([...all]), fc.subarray([...all]));
  const owned = fc
    .tuple(some(roles), some<string | null>(SCOPES))
    .map(([mine, on]) => ({ roles: mine, has: ({ role, scope }: Held) => mine.includes(role) && on.includes(scope) }));
  return fc.record({
    user: fc.constantFrom(...Object.keys(document.users ?? {}), ...Object.keys(document.users ?? {}), "new", "a,b"),
    fields: fc.record({ email: text, name: text }, { requiredKeys: [] }),
    roles: fc.uniqueArray(held, { maxLength: 4, selector: ({ role, scope }) => `${role} ${scope}` }),
    owned: fc.option(owned, { freq: 3 }),
    replace: fc.boolean(),
    allowComma: fc.boolean(),
  });
};
type Held = { readonly role: string; readonly scope: string | null };

const cases: fc.Arbitrary<Case> = documents().chain((document) =>
  fc.record({ document: fc.constant(document), request: requests(document) }),
);

/** The same by single edits: the user is made or set, then each role is revoked or assigned. */
function oneByOne({ document, request }: Case): ReturnType<typeof inSequence> {
  const { user, fields, roles, owned, replace, allowComma } = request;
  const listed = document.users?.[user]?.roles ?? [];
  const standing = listed.map((entry) => (typeof entry === "string" ? { role: entry } : entry));
  const left = standing
    .map(({ role, scope = null }) => ({ role, scope }))
    .filter(({ role, scope }) => !roles.some((said) => said.role === role && said.scope === scope))
    .filter((row) => owned?.has({ user, from: null, until: null, ...row }));
  return inSequence([
    document.users?.[user] ? setting("user", user, fields) : creating("user", user, fields, allowComma),
    ...left.map(({ role, scope }) => revoking({ who: user, roles: [role], scope, everywhere: false })),
    ...roles.map(({ role, ...how }) => assigning({ who: user, roles: [role], ...how, replace, existing: true })),
  ]);
}

/** The policy that comes of it, or the code of what is refused. */
function outcome(decide: () => Policy): Policy | string {
  try {
    return decide();
  } catch (error) {
    if (error instanceof RbacError) return error.code;
    throw error;
  }
}

describe("of any policy", () => {
  it("it comes to what single edits come to, and is refused as they are", () => {
    const seen = { changed: 0, WINDOW_NARROWED: 0, WINDOW_EMPTY: 0, NAME_HAS_COMMA: 0 };
    fc.assert(
      fc.property(cases, (one) => {
        const before = policyFrom(one.document);
        const made = outcome(() => apply(before, sync(before, one.request)));
        const expected = outcome(() => apply(before, oneByOne(one).decide(before)));
        if (typeof made === "string") {
          expect(made).toBe(expected);
          seen[made as keyof typeof seen] += 1;
          return;
        }
        expect(typeof expected).not.toBe("string");
        expect(diff(expected as Policy, made)).toEqual([]);
        seen.changed += Number(diff(before, made).length > 1);
      }),
      { numRuns: 1000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
  });

  it("it says each row once, nothing the second time, nothing of others, and undoing it leaves nothing", () => {
    let revoked = 0;
    fc.assert(
      fc.property(cases, ({ document, request }) => {
        const before = policyFrom(document);
        if (typeof outcome(() => apply(before, sync(before, request))) === "string") return;
        const changes = sync(before, request);
        const after = apply(before, changes, 2);
        expect(changes).toHaveLength(diff(before, after).length);
        expect(sync(after, request)).toEqual([]);
        for (const change of changes) expect("user" in change && change.user).toBe(request.user);
        revoked += changes.filter(({ kind }) => kind === "assignment.remove").length;
        if (changes.length > 0) expect(diff(before, apply(after, undoing(2, changes).decide(after)))).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(revoked).toBeGreaterThan(50);
  });

  it("without what is owned it takes nothing away, and a disabled user stays disabled", () => {
    let disabled = 0;
    fc.assert(
      fc.property(cases, ({ document, request }) => {
        const before = policyFrom(document);
        const made = outcome(() => apply(before, sync(before, { ...request, owned: null })));
        if (typeof made === "string") return;
        for (const key of before.assignment.keys()) expect(made.assignment.has(key)).toBe(true);
        const standing = before.user.get(request.user)?.disabled ?? false;
        expect(made.user.get(request.user)?.disabled).toBe(standing);
        disabled += Number(standing);
      }),
      { numRuns: 400 },
    );
    expect(disabled).toBeGreaterThan(5);
  });
});

const DOCUMENT: PlainDocument = { rbac: 1, roles: { editor: {}, reader: {} }, users: { ann: { roles: ["reader"] } } };
const REQUEST = { user: "ann", fields: {}, roles: [], owned: null, replace: false, allowComma: false };
const held = (role: string, until: string | null = null) => ({ role, scope: null, from: null, until });
const refusal = (request: Partial<SyncRequest>) =>
  errorOf(() => sync(policyFrom(DOCUMENT), { ...REQUEST, ...request }));

it("a role said twice alike is said once, and with two windows it is refused", () => {
  const twice = { ...REQUEST, roles: [held("editor"), held("editor")] };
  expect(sync(policyFrom(DOCUMENT), twice).map(({ kind }) => kind)).toEqual(["assignment.add"]);
  const error = refusal({ roles: [held("editor"), held("editor", INSTANTS[0])] });
  expect([error.code, error.exitCode, error.message]).toEqual(["USAGE", 2, '"editor" is said twice, with two windows']);
});

it("a misspelt role is an error, also where it is only owned", () => {
  expect(refusal({ roles: [held("editr")] }).code).toBe("ROLE_NOT_FOUND");
  expect(refusal({ owned: { roles: ["editr"], has: () => false } }).code).toBe("ROLE_NOT_FOUND");
});

it("needs the user and the roles that it names, and no structure where it names none", () => {
  const { needs } = syncing({ ...REQUEST, roles: [held("editor")], owned: { roles: ["reader"], has: () => true } });
  expect(needs).toEqual({ users: ["ann"], roles: ["editor", "reader"], grants: "none" });
  expect(syncing(REQUEST).needs).toEqual({ users: ["ann"], roles: "none", grants: "none" });
});
