/** Secrets of API keys: their one form, what is refused of it, and what is compared. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKeyId } from "../../src/api-keys/key-id.ts";
import { isKeyOf, newSecret, readApiKey } from "../../src/api-keys/secret.ts";

const NOW = "2026-11-30T12:00:00.000Z";
const ENDED = "2026-11-30T12:00:00.000Z";
const LATER = "2026-11-30T12:00:00.001Z";

const { text, id, digest } = newSecret();
const row = (of: object = {}) => ({ id, digest, previous: null, overlap: null, ...of });
const presented = (of = text) => readApiKey(of) ?? { id: "", digest: "" };

describe("a new key", () => {
  it("is rbac_, an id, and 256 bits, of which the SHA-256 is kept", () => {
    expect(text).toMatch(/^rbac_[a-z2-7]{12}_[A-Za-z0-9_-]{43}$/);
    expect(text.slice(5, 17)).toBe(id);
    expect(Buffer.from(text.slice(18), "base64url")).toHaveLength(32);
    expect(digest).toBe(createHash("sha256").update(text).digest("hex"));
    expect(readApiKey(text)).toEqual({ id, digest });
  });

  it("is another each time, of the same id too; every letter of an id is drawn", () => {
    const keys = Array.from({ length: 2000 }, () => newSecret());
    expect(new Set(keys.map((key) => key.id)).size).toBe(2000);
    expect(new Set(keys.map((key) => key.digest)).size).toBe(2000);
    expect(new Set(keys.flatMap((key) => [...key.id])).size).toBe(32);
    expect(newSecret(id).id).toBe(id);
    expect(newSecret(id).digest).not.toBe(digest);
  });
});

describe("is no key", () => {
  const secret = text.slice(18);
  const last = text.at(-1) ?? "";
  /** Those that decode to the same 32 bytes. */
  const alike = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].filter(
    (one) =>
      one !== last && Buffer.from(secret.slice(0, -1) + one, "base64url").equals(Buffer.from(secret, "base64url")),
  );
  it.each([
    "",
    "rbac_",
    id,
    secret,
    digest,
    ` ${text}`,
    `${text} `,
    `${text}\n`,
    `${text}\0`,
    `${text}=`,
    `${text}A`,
    text.slice(0, -1),
    text.toUpperCase(),
    text.replace("rbac_", "RBAC_"),
    text.replace("rbac_", "rbac-"),
    text.replace("rbac_", "rbac__"),
    `rbac_${id.toUpperCase()}_${secret}`,
    `rbac_${id.slice(1)}_${secret}`,
    `rbac_${id}a_${secret}`,
    `rbac_${id.slice(1)}1_${secret}`,
    `rbac_${id.slice(1)}\u0430_${secret}`,
    `rbac_${id}_${secret.slice(1)}+`,
    `rbac_${id}_${secret.slice(1)}/`,
    `rbac_${id}_${secret.slice(1)}\u212a`,
    `Bearer ${text}`,
    `${text},${text}`,
    "__proto__",
    "a".repeat(100_000),
    ...alike.map((one) => text.slice(0, -1) + one),
  ])("%j", (given) => {
    expect(readApiKey(given)).toBeUndefined();
  });

  it("has three other texts of the same bits, and they are none", () => {
    expect(alike).toHaveLength(3);
  });

  it("any text with one character changed, unless it is another key of the same form, which opens nothing", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1, unit: "grapheme" }), (at, char) => {
        const other = text.slice(0, at) + char + text.slice(at + 1);
        fc.pre(other !== text);
        const read = readApiKey(other);
        expect(read === undefined || !isKeyOf(read, row(), NOW)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a presented key", () => {
  const former = newSecret(id);
  const rotated = row({ previous: former.digest, overlap: LATER });
  it("is that of its row, by its secret or the one before until the overlap ends", () => {
    expect(isKeyOf(presented(), row(), NOW)).toBe(true);
    expect(isKeyOf(presented(), rotated, NOW)).toBe(true);
    expect(isKeyOf(presented(former.text), rotated, NOW)).toBe(true);
    expect(isKeyOf(presented(former.text), row({ previous: former.digest, overlap: ENDED }), NOW)).toBe(false);
    expect(isKeyOf(presented(former.text), row(), NOW)).toBe(false);
  });

  it("is no other's: not by an equal secret of another id, nor where its row is damaged", () => {
    expect(isKeyOf(presented(), row({ id: "aaaaaaaaaaaa" }), NOW)).toBe(false);
    expect(isKeyOf(presented(newSecret().text), rotated, NOW)).toBe(false);
    for (const damaged of ["", "0", digest.slice(2), `${digest}00`, digest.toUpperCase().replace(/[A-F]/g, "g")])
      expect(isKeyOf(presented(), row({ digest: damaged }), NOW)).toBe(false);
    expect(isKeyOf({ id, digest: "" }, row({ digest: "", previous: "", overlap: LATER }), NOW)).toBe(false);
  });

  it("is not that of a former secret that counts for ever, which no change can write", () => {
    expect(isKeyOf(presented(former.text), row({ previous: former.digest }), NOW)).toBe(false);
  });
});

describe("an id on a command line", () => {
  it("is any short text; of a whole key nothing is repeated", () => {
    expect(parseKeyId(id)).toBe(id);
    expect(parseKeyId("nope")).toBe("nope");
    for (const given of [text, text.slice(18), text.slice(0, 30)]) {
      const said = (() => {
        try {
          return parseKeyId(given);
        } catch (error) {
          return String(error);
        }
      })();
      expect(said).toContain("no id of an API key");
      expect(said).not.toContain(given.slice(18));
    }
  });
});
