/** Where a file lies: what messages warn of, and what goes back when another could not take its place. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileLocation } from "../../../src/store/sqlite/file-location.ts";
import { freshDb } from "../../support/cli.ts";

const STAMP = "2026-06-01T00:00:00.000Z";

describe("a folder", () => {
  const warningsIn = async (mode: number): Promise<readonly string[]> => {
    const folder = `${freshDb()}.folder`;
    mkdirSync(folder);
    const path = join(folder, "rbac.db");
    writeFileSync(path, "", { mode: 0o600 });
    chmodSync(folder, mode);
    return (await fileLocation(path).describe()).warnings;
  };

  it.each([0o770, 0o707, 0o777])("of mode %s is one where others may replace the database", async (mode) => {
    expect(await warningsIn(mode)).toEqual(["others may write in its folder, and so replace the database"]);
  });

  it.each([0o700, 0o755, 0o1777])("of mode %s keeps others from replacing it", async (mode) => {
    expect(await warningsIn(mode)).toEqual([]);
  });
});

describe("a database that takes the place of another", () => {
  it("moves nothing where there is nothing", async () => {
    expect(await fileLocation(freshDb()).moveAside(STAMP, async () => {})).toBeUndefined();
  });

  it("moves all of its files aside, and back", async () => {
    const path = freshDb();
    for (const end of ["", "-wal", "-shm"]) writeFileSync(`${path}${end}`, `the file ${end}`);
    const location = fileLocation(path);
    const aside = String(await location.moveAside(STAMP, async () => {}));
    expect(readdirSync(dirname(path)).every((name) => join(dirname(path), name).startsWith(aside))).toBe(true);
    await location.moveBack(aside);
    expect(readdirSync(dirname(path)).sort()).toEqual(["rbac.db", "rbac.db-shm", "rbac.db-wal"]);
    expect(readFileSync(`${path}-wal`, "utf8")).toBe("the file -wal");
  });

  it("does not take the place of a link that leads nowhere, and leaves no draft", async () => {
    const path = freshDb();
    symlinkSync(join(dirname(path), "elsewhere.db"), path);
    const making = fileLocation(path).appear(async (draft) => writeFileSync(draft, "a database"));
    await expect(making).rejects.toMatchObject({ exitCode: 3, code: "DATABASE_EXISTS" });
    expect(readdirSync(dirname(path))).toEqual(["rbac.db"]);
    expect(existsSync(path)).toBe(false);
  });
});
