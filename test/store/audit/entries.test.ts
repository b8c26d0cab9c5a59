/** Entries that are damaged, or of a version to come, are named; what can be answered without them is answered. */
import { describe, expect, it } from "vitest";
import { answer, blog } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { meddle } from "../../support/store/random-databases.ts";

/** The blog at revision 2, with another text in place of the change of entry 3, which is of revision 1. */
async function withChange(text: string): Promise<string> {
  const db = await blog();
  expect(await cli("user create erin", { db })).toMatchObject({ code: 0 });
  meddle(db, (raw) => raw.prepare("update entries set change = ? where seq = 3").run(text));
  return db;
}

describe("an entry whose change", () => {
  it.each([
    ["is cut", '{"after":{"descr'],
    ["is no object", "null"],
    ["says no kind", "{}"],
    ["says a kind that is a number", '{"kind":1}'],
  ])("%s is named as damaged", async (_, text) => {
    const db = await withChange(text);
    for (const line of ["audit", "can alice posts:read --at @1"])
      expect((await answer(line, db)).json.error).toMatchObject({
        exitCode: 4,
        code: "RECORD_DAMAGED",
        message: expect.stringContaining("entry 3 of the record is damaged"),
      });
    expect(await cli("can alice posts:read", { db })).toMatchObject({ code: 0 });
  });

  it("is of a kind to come asks for a newer version", async () => {
    const db = await withChange('{"after":{},"before":null,"kind":"team.add","team":"blue"}');
    expect((await answer("audit", db)).json.error).toMatchObject({
      exitCode: 4,
      code: "DATABASE_NEWER",
      message: expect.stringContaining("entry 3"),
    });
  });
});

it("a row of a revision that no entry has is evidence without an entry", async () => {
  const db = await blog();
  meddle(db, (raw) => raw.exec("update grants set revision = 99"));
  const { code, json } = await answer("why alice posts:read", db);
  expect({ code, json }).toMatchObject({
    code: 0,
    json: {
      allowed: true,
      decisions: [
        {
          because: [
            {
              assignment: { role: "editor", revision: 1, stamp: { actor: expect.any(String) } },
              grant: { role: "reader", revision: 99, stamp: null },
            },
          ],
        },
      ],
    },
  });
});
