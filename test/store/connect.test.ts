/** A path is a file and a URL is a server; a URL of another kind is refused, and never repeated. */
import { describe, expect, it } from "vitest";
import { connect, isServer, locationOf } from "../../src/store/connect.ts";

describe("a URL of another kind of server", () => {
  it.each(["mysql://me:secret@host/app", "HTTPS://me:secret@host/app"])("is refused: %s", async (url) => {
    const refusal = await connect(url, "read").catch((error: unknown) => error);
    const scheme = url.slice(0, url.indexOf(":")).toLowerCase();
    expect(refusal).toMatchObject({
      exitCode: 2,
      code: "DATABASE_UNSUPPORTED",
      message: expect.stringMatching(`^${scheme}: databases are not supported`),
    });
    expect(String(refusal)).not.toContain("secret");
    await expect(locationOf(url)).rejects.toMatchObject({ code: "DATABASE_UNSUPPORTED" });
  });
});

it("tells the URL of a server from a path", () => {
  const all = ["postgres://host/app", "PostgreSQL://host/app", "rbac.db", "c:/rbac.db", "c://rbac.db", ":memory:"];
  expect(all.map(isServer)).toEqual([true, true, false, false, false, false]);
});
