/** What a token says of rights holds, by the oracle: on its scope and below, for everybody, until the token ends. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RbacError } from "../../src/errors.ts";
import { askerForToken, type HeldRights, heldRights } from "../../src/tokens/held-rights.ts";
import { issueToken } from "../../src/tokens/issue-token.ts";
import { type ClaimKind, issuedClaims } from "../../src/tokens/issued-claims.ts";
import { indexFrom } from "../support/documents.ts";
import { often } from "../support/often.ts";
import { oracleCan, oracleHas, type PlainDocument } from "../support/oracle.ts";
import { conditionalDocuments, givens } from "../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, catalogueOf, documents, SCOPES } from "../support/random-policies.ts";
import { KEYS } from "../support/tokens/forge.ts";

const isBelow = (on: string | null) => (scope: string | null) => on === null || `${scope}/`.startsWith(`${on}/`);

const asked = (some: fc.Arbitrary<PlainDocument>) =>
  some
    .filter(({ users = {} }) => Object.keys(users).length > 0)
    .chain((document) =>
      fc.tuple(
        fc.constant(document),
        fc.constantFrom(...Object.keys(document.users ?? {})),
        fc.constantFrom(...SCOPES),
        fc.constantFrom(...ASKED_INSTANTS),
        fc.array(givens(), { minLength: 3, maxLength: 3 }),
      ),
    );

/** The rights; `undefined` for a disabled user. */
function rightsOf(document: PlainDocument, user: string, on: string | null, at: string): HeldRights | undefined {
  try {
    return heldRights(indexFrom(document), askerForToken(user, at), on);
  } catch (error) {
    expect((error as RbacError).code).toBe("USER_DISABLED");
    expect(document.users?.[user]?.disabled).toBe(true);
    return undefined;
  }
}

describe("random policies", () => {
  it("with conditions: each permission of the list is allowed, whatever is given and until something changes", () => {
    const found = { listed: 0, leftOut: 0, roles: 0 };
    fc.assert(
      fc.property(asked(conditionalDocuments()), ([document, user, on, at, known]) => {
        const rights = rightsOf(document, user, on, at);
        if (!rights) return;
        const last = rights.next === null ? at : new Date(Date.parse(rights.next) - 1).toISOString();
        const answers = (permission: string, scopes: readonly (string | null)[]) =>
          scopes.flatMap((scope) =>
            [at, last].flatMap((moment) =>
              known.flatMap((given) =>
                [true, false].map((own) =>
                  oracleCan(document, { user, permission, own, scope, at: moment, activate: [], assume: [], given }),
                ),
              ),
            ),
          );
        for (const permission of rights.permissions)
          expect([permission, answers(permission, ASKED_SCOPES.filter(isBelow(on))).includes(false)]).toEqual([
            permission,
            false,
          ]);
        const unlisted = catalogueOf(document).filter(
          (name) => ![...rights.permissions, ...rights.leftOut].includes(name),
        );
        for (const permission of unlisted)
          expect([permission, answers(permission, [on]).includes(true)]).toEqual([permission, false]);
        const held = Object.keys(document.roles ?? {}).filter((role) =>
          oracleHas(document, { user, role, scope: on, at, assume: [] }),
        );
        expect([...rights.roles].sort()).toEqual(held.sort());
        expect(rights.roles).toEqual(expect.arrayContaining([...rights.holding]));
        found.listed += rights.permissions.length;
        found.leftOut += rights.leftOut.length;
        found.roles += rights.roles.length;
      }),
      { numRuns: often(300) },
    );
    expect(Math.min(...Object.values(found))).toBeGreaterThan(100);
  });

  it("without conditions: what is allowed everywhere below, to owners and others, is in the list", () => {
    let found = 0;
    fc.assert(
      fc.property(asked(documents()), ([document, user, on, at]) => {
        const rights = rightsOf(document, user, on, at);
        if (!rights) return;
        const isAllowed = (permission: string) =>
          ASKED_SCOPES.filter(isBelow(on)).every((scope) =>
            [true, false].every((own) =>
              oracleCan(document, { user, permission, own, scope, at, activate: [], assume: [] }),
            ),
          );
        const expected = catalogueOf(document).filter(isAllowed).sort();
        found += expected.length;
        expect([...rights.permissions].sort()).toEqual(expected);
      }),
      { numRuns: often(200) },
    );
    expect(found).toBeGreaterThan(100);
  });
});

const NOW = "2026-11-30T12:00:00.500Z";
const seconds = Date.parse("2026-11-30T12:00:00Z") / 1000;
const SOURCE = { user: "alice", on: "acme", revision: 7, database: "d".repeat(32) };
const RIGHTS: HeldRights = {
  email: "alice@example.com",
  roles: ["editor", "reader"],
  holding: ["editor"],
  permissions: ["posts:read", "posts:read all"],
  leftOut: ["posts:delete"],
  next: null,
};
const wished = (kind: ClaimKind, more: object = {}) => ({
  ...{ audience: "api", clientId: "app", withEmail: false, life: 900_000, kind },
  ...more,
});

describe("the claims", () => {
  it("are those of RFC 9068, with roles", () => {
    const { claims, leftOut, isCut } = issuedClaims(RIGHTS, SOURCE, wished("roles"), NOW);
    expect(claims).toEqual({
      iss: `urn:rbac:${SOURCE.database}`,
      sub: "alice",
      aud: "api",
      iat: seconds,
      exp: seconds + 900,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_id: "app",
      roles: ["editor", "reader"],
      rbac: { rev: 7, db: SOURCE.database, on: "acme" },
    });
    expect([leftOut, isCut]).toEqual([[], false]);
    expect(issuedClaims(RIGHTS, SOURCE, wished("roles"), NOW).claims.jti).not.toBe(claims.jti);
  });

  it("say permissions, or scopes of which none may be read as two, and by which roles they are held", () => {
    const permissions = issuedClaims(
      RIGHTS,
      SOURCE,
      wished("permissions", { withEmail: true, issuer: "https://a.example" }),
      NOW,
    );
    expect(permissions.claims).toMatchObject({ iss: "https://a.example", email: "alice@example.com" });
    expect(permissions.claims.permissions).toEqual(["posts:read", "posts:read all"]);
    expect(permissions.leftOut).toEqual(["posts:delete"]);
    const scopes = issuedClaims(RIGHTS, SOURCE, wished("scope"), NOW);
    expect([scopes.claims.scope, scopes.leftOut]).toEqual(["posts:read", ["posts:delete", "posts:read all"]]);
    for (const { claims } of [permissions, scopes])
      expect([claims.roles, claims.rbac?.roles]).toEqual([undefined, ["editor"]]);
  });

  it("end where an assignment does", () => {
    const soon = { ...RIGHTS, next: "2026-11-30T12:05:00.900Z" };
    const { claims, isCut } = issuedClaims(soon, SOURCE, wished("roles"), NOW);
    expect([claims.exp, isCut]).toEqual([seconds + 300, true]);
    const index = indexFrom({
      ...{ rbac: 1, permissions: ["posts:read"], roles: { editor: { grants: ["posts:read"] } } },
      users: {
        alice: {
          roles: [
            { role: "editor", until: "2026-12-02T00:00:00Z" },
            { role: "editor", scope: "beta", from: "2026-12-01T00:00:00Z" },
            { role: "editor", scope: "gone", until: "2026-11-01T00:00:00Z" },
          ],
        },
      },
    });
    expect(heldRights(index, askerForToken("alice", NOW), null).next).toBe("2026-12-01T00:00:00.000Z");
  });

  it.each([0, 999, 86_400_001])("live for a second to a day, not %i ms", (life) => {
    expect(() => issuedClaims(RIGHTS, SOURCE, wished("roles", { life }), NOW)).toThrow("for 24h at most");
  });

  it("are refused where a token of them would be too large", async () => {
    const many = { ...RIGHTS, permissions: Array.from({ length: 300 }, (_, at) => `resource${at}:action`) };
    const issue = (more: object) =>
      issueToken(
        { source: SOURCE, rights: many },
        { aud: "api", claims: "permissions", email: false, ...more },
        [KEYS.es],
        NOW,
      );
    await expect(issue({})).rejects.toMatchObject({ code: "TOKEN_TOO_LARGE", exitCode: 3 });
    const { token } = await issue({ "max-bytes": 16_384 });
    expect(token.length).toBeGreaterThan(4096);
    await expect(issue({ "max-bytes": token.length })).resolves.toBeDefined();
    await expect(issue({ "max-bytes": token.length - 1 })).rejects.toMatchObject({ code: "TOKEN_TOO_LARGE" });
    await expect(issue({ claims: "roles" })).resolves.toMatchObject({ leftOut: [] });
  });
});
