/** A trusted head is written as `rbac audit head` prints it, and nothing else is taken for one. */
import { describe, expect, it } from "vitest";
import { parseTrustedHead } from "../../../src/store/audit/trusted-head.ts";

const HASH = "0123456789abcdef".repeat(4);

it("is the number and the hash of an entry", () => {
  expect(parseTrustedHead(`17:${HASH}`)).toEqual({ seq: 17, hash: HASH });
});

it("of an empty record has no hash", () => {
  expect(parseTrustedHead("0:")).toEqual({ seq: 0, hash: "" });
});

describe("refused", () => {
  it.each(["", "17", "17:", `0:${HASH}`, `:${HASH}`, `-1:${HASH}`, `17:${HASH.toUpperCase()}`, `17:${HASH}\n`])(
    "%j is no head",
    (text) => {
      const refusal = expect.objectContaining({ exitCode: 2, code: "ANCHOR_INVALID" });
      expect(() => parseTrustedHead(text)).toThrow(refusal);
    },
  );
});
