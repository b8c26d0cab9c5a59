/** Which of all that is said counts: for each setting over all combinations of flag, variable, project and user. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { blog } from "../support/blog.ts";
import { contextsFile, type Settled, settled } from "../support/settings.ts";

const SOURCES = ["flag", "variable", "project", "user"] as const;
type Source = (typeof SOURCES)[number];

/** Every choice of sources. */
const COMBINATIONS: readonly (readonly Source[])[] = Array.from({ length: 2 ** SOURCES.length }, (_, bits) =>
  SOURCES.filter((_, at) => bits & (1 << at)),
);

type Values = Readonly<Partial<Record<Source, string>>>;

/** A place where each of the sources says its value. */
function saying(setting: string, values: Values, said: readonly Source[], context = "prod") {
  const of = (source: Source) => (said.includes(source) ? values[source] : undefined);
  const file = (source: Source) => contextsFile({ [context]: of(source) ? { [setting]: of(source) } : {} });
  const place = settled({ project: file("project"), own: file("user") });
  const [flag, variable] = [of("flag"), of("variable")];
  return {
    place,
    line: `--context ${context}${flag ? ` --${setting} ${flag}` : ""}`,
    env: variable ? { [`RBAC_${setting.toUpperCase()}`]: variable } : {},
    counts: said.map((source) => values[source])[0],
  };
}

/** The row of a setting in `config show`. */
async function shown(place: Settled, setting: string, line: string, env: Readonly<Record<string, string>>) {
  const { stdout } = await place.run(`config show --json ${line}`, env);
  const { settings } = JSON.parse(stdout) as { settings: { setting: string; value: unknown; origin: string }[] };
  return settings.find((row) => row.setting === setting);
}

const originOf = (setting: string, source: Source | undefined) =>
  source === undefined
    ? "default"
    : {
        flag: `--${setting}`,
        variable: `RBAC_${setting.toUpperCase()}`,
        project: "./.rbac.yaml:1",
        user: "~/.config/rbac/config.yaml:1",
      }[source];

let db = "";
beforeAll(async () => {
  db = await blog();
});

describe.each(COMBINATIONS.map((said) => ({ said, name: said.join(", ") || "nobody" })))(
  "said by $name",
  ({ said }) => {
    it("the database is that of the first", async () => {
      const values = Object.fromEntries(SOURCES.map((source) => [source, `${db}.${source}`]));
      for (const path of Object.values(values)) copyFileSync(db, path);
      const { place, line, env, counts } = saying("db", values, said);
      const { code, stdout, stderr } = await place.run(`db status --json ${line}`, env);
      // In the folder that the tests run in there may be one: the first line of the README makes it.
      if (counts === undefined && code === 4) expect(stderr).toContain("./rbac.db");
      else expect(JSON.parse(stdout).path).toBe(counts ?? "./rbac.db");
      expect(await shown(place, "db", line, env)).toMatchObject({
        value: counts ?? "./rbac.db",
        origin: originOf("db", said[0]),
      });
    });

    it("the format is that of the first, also of an error", async () => {
      for (const values of [
        { flag: "json", variable: "yaml", project: "csv", user: "table" },
        { flag: "csv", variable: "table", project: "json", user: "yaml" },
        { flag: "table", variable: "json", project: "yaml", user: "json" },
      ]) {
        const { place, line, env, counts = "table" } = saying("format", values, said);
        const there = { RBAC_DB: db, ...env };
        expect(formatOf((await place.run(`role list ${line}`, there)).stdout)).toBe(counts);
        const failed = await place.run(`role show nobody ${line}`, there);
        expect([failed.code, failed.stdout.startsWith("{")]).toEqual([2, counts === "json"]);
        // How `config show` itself is printed is said by flags and variables alone.
        if (!said.includes("flag") && !said.includes("variable"))
          expect((await place.run(`config show --origin ${line}`)).stdout.replace(/ +/g, " ")).toContain(
            `\nformat ${counts} ${originOf("format", said[0])}\n`,
          );
      }
    });

    it("the actor is that of the first; a project's file says none", async () => {
      const sources = said.filter((source) => source !== "project");
      const { place, line, env, counts } = saying("actor", { flag: "ann", variable: "bea", user: "cid" }, sources);
      const there = { RBAC_DB: db, ...env };
      const user = `new-${said.join("-") || "none"}`;
      expect((await place.run(`user create ${user} ${line}`, there)).code).toBe(0);
      const { entries } = JSON.parse((await place.run(`audit --json --user ${user}`, there)).stdout);
      expect(entries.at(-1)).toMatchObject({ actor: counts ?? "tester", osUser: "tester" });
      expect(await shown(place, "actor", line, env)).toEqual({
        setting: "actor",
        value: counts ?? "tester",
        origin: originOf("actor", sources[0]),
      });
    });

    it("the context is that of the first", async () => {
      const contexts = { flag: { db: `${db}.flag` }, variable: { db: `${db}.variable` }, project: {}, user: {} };
      const file = (source: Source) => contextsFile(contexts, said.includes(source) ? source : undefined);
      const place = settled({ project: file("project"), own: file("user") });
      const line = said.includes("flag") ? "--context flag" : "";
      const env: Record<string, string> = said.includes("variable") ? { RBAC_CONTEXT: "variable" } : {};
      const row = { setting: "context", value: said[0] ?? null, origin: originOf("context", said[0]) };
      expect(await shown(place, "context", line, env)).toEqual(row);
      const { code, stderr } = await place.run(`user create ${said.join("-") || "none"}-x ${line}`, {
        RBAC_DB: db,
        ...env,
      });
      expect(code).toBe(0);
      expect(/^context /m.test(stderr)).toBe(said.length > 0);
      if (said[0]) expect(stderr).toContain(`context ${said[0]} (./.rbac.yaml), with the database ${db}\n`);
    });
  },
);

function formatOf(text: string): string {
  if (text.startsWith("{")) return "json";
  if (text.startsWith("revision:")) return "yaml";
  return text.startsWith("role,") ? "csv" : "table";
}

describe("one name in both files", () => {
  it("has each setting of the project where that says one, else of the user", async () => {
    const place = settled({
      project: contextsFile({ prod: { db: "prod.db" } }, "prod"),
      own: contextsFile({ prod: { db: "mine.db", actor: "ann", format: "json" }, test: {} }, "test"),
    });
    const { stdout } = await place.run("config list --json");
    const [prod, test] = JSON.parse(stdout).contexts;
    expect(prod).toEqual({
      context: "prod",
      current: true,
      db: join(place.folder, "prod.db"),
      actor: "ann",
      format: "json",
      confirm: false,
      file: "./.rbac.yaml",
    });
    expect(test).toMatchObject({ context: "test", current: false, file: "~/.config/rbac/config.yaml" });
  });

  const SAID = [undefined, false, true];
  it.each(SAID.flatMap((project) => SAID.map((own) => ({ project, own }))))(
    "confirm is true where either says so: project $project, user $own",
    async ({ project, own }) => {
      const file = (confirm: boolean | undefined) => contextsFile({ prod: confirm === undefined ? {} : { confirm } });
      const place = settled({ project: file(project), own: file(own) });
      const { code } = await place.run(`user create c-${project}-${own} --context prod`, { RBAC_DB: db });
      expect(code).toBe(project || own ? 3 : 0);
    },
  );
});
