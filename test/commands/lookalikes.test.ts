/** Names that look alike, as they are typed and as documents bring them (rule 29); the trail that a renaming leaves. */
import { expect, it } from "vitest";
import { BLOG, blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";

const NAMES = { ...BLOG, users: { Alice: {}, BOB: {}, HELEN: {}, Kam: {} } };

it.each([
  ["user create AIice", "Alice"],
  ["user create ВОВ", "BOB"],
  ["user create НELEN", "HELEN"],
  ["user create Karn", "Kam"],
  ["assign alice reader", "Alice"],
  ["role create adrnin", "admin"],
  ["role create ᴀdmin", "admin"],
])("%s is refused beside %s", async (line, alike) => {
  const db = await seeded(NAMES);
  const { code, stderr } = await cli(line, { db });
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(`looks like "${alike}"`) });
  expect((await cli(`${line} --allow-confusable`, { db })).code).toBe(0);
});

it.each([
  ["Karn", 0, 'user "Karn" looks like "Kam"'],
  ["ВОВ", 3, "looks like"],
  ["bob", 3, "looks like"],
])("a document that brings the user %s: exit %i", async (user, expected, said) => {
  const db = await seeded(NAMES);
  const { code, stderr } = await cli(`seed "${fileWith(JSON.stringify({ rbac: 1, users: { [user]: {} } }))}"`, { db });
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(said) });
});

it("a renaming and its undoing each leave a former name, and nothing takes one away", async () => {
  const db = await blog();
  for (const line of ["user rename bob robert", "undo 2", "user delete bob --yes"])
    expect(await cli(line, { db })).toMatchObject({ code: 0 });
  const { entries } = await json<{ entries: { change: object }[] }>("audit --kind former", { db });
  expect(entries.map(({ change }) => change)).toEqual([
    { kind: "former.add", of: "user", name: "robert", former: "bob", revision: 2, before: null, after: {} },
    { kind: "former.add", of: "user", name: "bob", former: "robert", revision: 3, before: null, after: {} },
  ]);
  const { counts } = await json<{ counts: Record<string, number> }>("db status", { db });
  expect(counts.formers).toBe(2);
  expect(await json("audit verify", { db })).toMatchObject({ valid: true, faults: [] });
});
