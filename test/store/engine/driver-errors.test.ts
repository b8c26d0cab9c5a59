/** Errors of drivers become errors of rbac, and what no driver says of its database stays what it is. */
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { RbacError } from "../../../src/errors.ts";
import { translate } from "../../../src/store/engine/driver-errors.ts";

/** The error of SQLite for a statement on an empty database. */
function errorOf(statement: string): unknown {
  const raw = new Sqlite(":memory:");
  try {
    raw.exec(statement);
  } catch (error) {
    return error;
  } finally {
    raw.close();
  }
  throw new Error("nothing was thrown");
}

describe("an error of SQLite with its general code", () => {
  it("that tells of a table that is gone means a damaged database", () => {
    const cause = errorOf("select * from users");
    expect(translate("rbac.db", cause)).toMatchObject({ exitCode: 4, code: "DATABASE_INVALID", cause });
  });

  it("that tells of a fault of the program is returned unchanged", () => {
    const fault = errorOf("selct 1");
    expect(fault).toMatchObject({ code: "SQLITE_ERROR" });
    expect(translate("rbac.db", fault)).toBe(fault);
  });
});

it.each([null, undefined, "no error", new TypeError("no code"), new RbacError(3, "USAGE", "is ours already")])(
  "what no driver threw is returned unchanged: %s",
  (thrown) => {
    expect(translate("rbac.db", thrown)).toBe(thrown);
  },
);
