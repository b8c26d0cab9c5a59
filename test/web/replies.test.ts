/** The answers to requests that are refused, as values: what hostile text makes of headers and bodies. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, challenge, databaseAway, reply } from "../../src/web/replies.ts";

describe("a reply", () => {
  it("is a problem with what is missing, kept nowhere", () => {
    const { status, headers, body } = reply(403, { code: "ROLE_MISSING", roles: ['a"b'], reason: "none" });
    expect({ status, headers }).toEqual({
      status: 403,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    });
    expect(JSON.parse(body)).toEqual({
      type: "about:blank",
      title: "Forbidden",
      status: 403,
      code: "ROLE_MISSING",
      roles: ['a"b'],
      reason: "none",
    });
  });

  it("says when to ask a database again that is away", () => {
    expect(databaseAway({ code: "DATABASE_LOCKED" })).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  });

  it("of a value is JSON, kept nowhere", () => {
    expect(answer({ user: null })).toEqual({
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
      body: '{"user":null}',
    });
  });
});

describe("a challenge", () => {
  it("has no error code where nobody tried", () => {
    expect(challenge("api")).toEqual({ "www-authenticate": 'Bearer realm="api"' });
  });

  it("is one header of quoted texts, whatever they hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (realm, description) => {
        const header = challenge(realm, { error: "invalid_token", error_description: description })["www-authenticate"];
        expect(header).toMatch(/^Bearer realm="[^"\\]*", error="invalid_token", error_description="[^"\\]*"$/);
        expect(header).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
