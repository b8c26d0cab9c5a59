/** The rows of a list that is searched: what matches, in which order, and how many of how many. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowsFor } from "../../src/cli/prompts/search.ts";

const choices = (names: readonly string[]) => names.map((value) => ({ value }));
const people = choices(Array.from({ length: 2000 }, (_, at) => `user${at}`));

describe("what is searched", () => {
  it("is found wherever the text stands, itself first, then what begins with it", async () => {
    const rows = await rowsFor({ choices: choices(["coeditor", "editors", "Editor", "reader"]) })("EDITOR");
    expect(rows.map(({ name }) => name)).toEqual(["Editor", "editors", "coeditor"]);
  });

  it("has all that match, once, and nothing else", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string(), { maxLength: 50 }),
        fc.string({ minLength: 1 }),
        async (names, typed) => {
          const rows = await rowsFor({ choices: choices(names), enough: "no more" })(typed).catch(() => []);
          const matching = names.filter((name) =>
            name.normalize("NFC").toLowerCase().includes(typed.normalize("NFC").toLowerCase()),
          );
          expect(rows.map(({ value }) => value?.value).sort()).toEqual(matching.sort());
        },
      ),
    ));

  it.each([
    [undefined, "7 of 2,000"],
    ["user", "7 of 2,000 found, of 2,000"],
    ["199", "7 of 12 found, of 2,000"],
    ["user1999", "1 of 1 found, of 2,000"],
  ])("%s: %s", async (typed, count) => {
    const [first] = await rowsFor({ choices: people })(typed);
    expect(first?.description).toBe(count);
  });

  it("says when there is none", async () => {
    await expect(rowsFor({ choices: people })("carol")).rejects.toThrow('none of 2,000 has "carol" in it');
  });

  it("draws a hundred rows at most, however many there are", async () => {
    expect(await rowsFor({ choices: people })("user")).toHaveLength(100);
  });
});

describe("what is typed", () => {
  const other = async (term: string) => {
    if (term.endsWith(" ")) throw new Error("it ends with a space");
    return { value: term, shown: `new user "${term}"` };
  };

  it("stands in sight, and first only where nothing is found", async () => {
    const search = rowsFor({ choices: people, other });
    expect((await search("user"))[6]?.name).toBe('new user "user"');
    expect((await search("user1999")).map(({ name }) => name)).toEqual(["user1999", 'new user "user1999"']);
    expect((await search("carol")).map(({ name }) => name)).toEqual(['new user "carol"']);
  });

  it("may be nothing: that matters where nothing is found", async () => {
    expect((await rowsFor({ choices: choices(["a b"]), other })("a ")).map(({ name }) => name)).toEqual(["a b"]);
    await expect(rowsFor({ choices: people, other })("carol ")).rejects.toThrow("it ends with a space");
  });

  it("has no row that chooses nothing before it, which Enter alone would take", async () => {
    const search = rowsFor({ choices: people, enough: "(no more)" });
    expect((await search(undefined))[0]).toMatchObject({ name: "(no more)", value: null });
    expect((await search("user"))[0]).toMatchObject({ name: "user0" });
  });
});
