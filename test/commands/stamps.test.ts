/** `show` says who made something and who last changed it, as the record has it. */
import { describe, expect, it } from "vitest";
import { blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { beside, meddle, ON_SERVER } from "../support/databases.ts";

interface Stamp {
  readonly revision: number;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | null;
}
type Shown = { readonly created: Stamp | null; readonly changed: Stamp | null };

/** A database after some commands, each of which succeeds. */
async function blogAfter(...lines: readonly string[]): Promise<string> {
  const db = await blog();
  for (const line of lines) expect([line, await cli(line, { db })]).toMatchObject([line, { code: 0 }]);
  return db;
}

/** Who created and who changed it, each with the revision. */
async function hands(db: string, what: string): Promise<readonly [created: string, changed: string]> {
  const { created, changed } = await json<Shown>(what, { db });
  const hand = (stamp: Stamp | null) => (stamp ? `${stamp.actor}@${stamp.revision}` : "nobody");
  return [hand(created), hand(changed)];
}

describe("created and changed", () => {
  it("are stamps in JSON, lines for people, null and a sign where the record has none", async () => {
    const db = await blogAfter('user create erin --actor ann --reason "ticket 7"', "user disable erin --actor bea");
    const stamp = { revision: 2, at: expect.stringMatching(/Z$/), actor: "ann", reason: "ticket 7" };
    const shown = await json<Shown>("user show erin", { db });
    expect(shown).toMatchObject({ created: stamp, changed: { ...stamp, revision: 3, actor: "bea", reason: null } });
    const at = shown.created?.at;
    const { stdout } = await cli("user show erin", { db });
    expect(stdout).toContain(`created: ${at} by ann, @2 ("ticket 7")\nchanged: ${shown.changed?.at} by bea, @3\n`);
    expect((await cli("user show erin", { db, columns: 80 })).stdout).toContain(`created: ${at?.slice(0, 19)}Z by ann`);
    expect((await cli("user show erin --format csv", { db })).stdout).toContain(
      `changed,"${shown.changed?.at} by bea, @3"`,
    );
  });

  it("count what belongs to a user: fields and assignments, but not those of another", async () => {
    const db = await blogAfter("assign dora idle --actor ann", "assign alice idle --actor bea");
    expect(await hands(db, "user show dora")).toEqual(["tester@1", "ann@2"]);
    await cli("revoke dora idle --actor eve", { db });
    expect(await hands(db, "user show dora")).toEqual(["tester@1", "eve@4"]);
  });

  it.each([
    ["a field", "role set reader --description 'Reads on' --actor eve"],
    ["a grant", "grant reader posts:publish --actor eve"],
    ["an assignment", "assign erin reader --actor eve"],
    ["inheritance from it", "role inherit idle reader --actor eve"],
    ["inheritance by it", "role inherit reader idle --actor eve"],
    ["everyone", "assign --everyone reader --actor eve"],
  ])("count what belongs to a role: %s", async (_, line) => {
    const db = await blogAfter(line, "assign alice moderator --actor bea");
    expect(await hands(db, "role show reader")).toEqual(["tester@1", "eve@2"]);
  });

  it("are those of the row alone for a permission and a constraint", async () => {
    const db = await blogAfter(
      "grant reader posts:publish --actor ann",
      "permission set posts:publish --description 'Put out' --actor bea",
      "grant idle posts:publish --actor ann",
      "constraint create apart ssd idle admin --limit 2 --actor bea",
      "constraint create others ssd idle admin --limit 2 --actor ann",
      "constraint set apart --add moderator --actor eve",
      "role set idle --description 'No one' --actor ann",
    );
    expect(await hands(db, "permission show posts:publish")).toEqual(["tester@1", "bea@3"]);
    expect(await hands(db, "constraint show apart")).toEqual(["bea@5", "eve@7"]);
    expect(await hands(db, "constraint show others")).toEqual(["ann@6", "ann@6"]);
  });

  it.each([
    ["user", "bob", "robert"],
    ["role", "editor", "publisher"],
    ["permission", "posts:read", "posts:see"],
  ])("keep the creation of a renamed %s, over several renamings", async (kind, former, name) => {
    const db = await blogAfter(
      `${kind} rename ${former} ${name}x --actor ann`,
      `${kind} rename ${name}x ${name} --actor bea`,
    );
    expect(await hands(db, `${kind} show ${name}`)).toEqual(["tester@1", "bea@3"]);
    await cli(`${kind} create ${former} --actor eve`, { db });
    expect(await hands(db, `${kind} show ${former}`)).toEqual(["eve@4", "eve@4"]);
    expect(await hands(db, `${kind} show ${name}`)).toEqual(["tester@1", "bea@3"]);
  });

  it("begin anew with what was deleted and made again", async () => {
    const db = await blogAfter("user delete bob --yes --actor ann", "user create bob --actor bea");
    expect(await hands(db, "user show bob")).toEqual(["bea@3", "bea@3"]);
    expect(await hands(db, "user show bob --at @1")).toEqual(["tester@1", "tester@1"]);
  });

  it("are of the moment that is asked about", async () => {
    const db = await blogAfter("role set idle --description 'No one' --actor ann", "assign bob idle --actor bea");
    expect(await hands(db, "role show idle --at @1")).toEqual(["tester@1", "tester@1"]);
    expect(await hands(db, "role show idle --at @2")).toEqual(["tester@1", "ann@2"]);
    expect(await hands(db, "role show idle --at @3")).toEqual(["tester@1", "bea@3"]);
    expect(await hands(db, "user show bob --at @2")).toEqual(["tester@1", "tester@1"]);
  });

  it("come back with a record that is restored, and are of the seed where a document was", async () => {
    const db = await blogAfter("role set idle --description 'No one' --actor ann");
    const [record, document] = [beside(db, "record.ndjson"), beside(db, "policy.yaml")];
    await cli(`audit export --out "${record}"`, { db });
    await cli(`export --out "${document}"`, { db });
    const copy = await blog();
    expect(await cli(`db restore "${record}" --yes`, { db: copy })).toMatchObject({ code: 0 });
    expect(await hands(copy, "role show idle")).toEqual(["tester@1", "ann@2"]);
    const other = await blogAfter();
    await cli(`seed "${document}" --actor eve`, { db: other });
    expect(await hands(other, "role show idle")).toEqual(["tester@1", "eve@2"]);
  });

  it("are null where the record lacks them", async () => {
    const db = await blogAfter("user create erin --actor ann");
    const trigger = ON_SERVER ? "alter table entries disable trigger all" : "drop trigger entries_no_delete";
    await meddle(db, `${trigger}; delete from entries`);
    expect(await hands(db, "user show erin")).toEqual(["nobody", "nobody"]);
    const { stdout } = await cli("user show erin", { db });
    expect(stdout).toContain("created: –\nchanged: –\n");
  });
});
