/** `rbac __complete`: what may stand at the end of a line, from the grammar of the commands and the names of the database. */
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { insertion, WORD_BREAKS } from "../../src/completion/insertion.ts";
import { typedLine } from "../../src/completion/typed-line.ts";
import { nameFault } from "../../src/policy/model/names.ts";
import { cli } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";

const MANY = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`many${String(at).padStart(3, "0")}`, {}]));
const POLICY = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:publish", "users:read"],
  roles: {
    author: { grants: ["posts:read", { permission: "posts:publish", scope: "acme/blog" }] },
    admin: {},
    auditor: {},
  },
  users: { alice: { roles: [{ role: "author", scope: "acme/posts" }] }, Alf: {}, "al pha": {}, ålice: {}, ...MANY },
  constraints: { duty: { kind: "ssd" as const, roles: ["admin", "auditor"], limit: 2 } },
};
let db = "";
beforeAll(async () => {
  db = await seeded(POLICY);
});

/** What a shell that quotes by itself is answered, without meanings. */
async function at(line: string, database = db, env: Record<string, string> = {}): Promise<readonly string[]> {
  const { code, stdout, stderr } = await cli(["__complete", "zsh", line], {
    db: database,
    env: { RBAC_COMPLETION_WAIT: "60s", ...env },
  });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout
    .trimEnd()
    .split("\n")
    .map((shown) => shown.split("\t")[0] ?? "");
}
const words = (...expected: string[]) => ["words", ...expected];

describe("what may stand at the cursor", () => {
  it.each([
    ["rbac ca", words("can")],
    ["rbac constraint c", words("check", "create")],
    ["rbac help role in", words("inherit")],
    ["rbac plan ", ["files"]],
    ["rbac plan sh", words("show")],
    ["rbac plan show ", ["files"]],
    ["rbac plan --protect posts:r", words("posts:read")],
    ["rbac plan --no-gains -- user r", words("rename")],
    ["rbac plan -- assign al", words("al pha", "alice")],
    ["rbac completion ", words("bash", "zsh", "fish")],
    ["rbac constraint create c1 s", words("ssd")],
    ["rbac can al", words("al pha", "alice")],
    ["rbac can A", words("Alf")],
    ["rbac can å", words("ålice")],
    ["rbac can 'al p", words("al pha")],
    ["rbac can al\\ ", words("al pha")],
    ["rbac can alice posts:", words("posts:publish", "posts:read")],
    ["rbac can alice posts:read p", words("posts:publish")],
    ["rbac can --stranger posts:r", words("posts:read")],
    ["rbac assign --user alice --user Alf ad", words("admin")],
    ["rbac can --batch q.ndjson al", words()],
    ["rbac has alice au", words("auditor", "author")],
    ["rbac role inherit admin au", words("auditor", "author")],
    ["rbac constraint show ", words("duty")],
    ["rbac export --only ", words("roles=", "users=", "permissions=", "scopes=")],
    ["rbac seed --only=s", words("--only=scopes=")],
    ["rbac can alice posts:read --on acme/", words("acme/blog", "acme/posts")],
    ["rbac can alice posts:read --on=acme/b", words("--on=acme/blog")],
    ["rbac can alice --assume aut", words("author")],
    ["rbac can --expect ", words("yes", "no")],
    ["rbac --format=j", words("--format=json")],
    ["rbac -q --format json can al", words("al pha", "alice")],
    ["rbac can --own", words("--owner")],
    ["rbac can --quiet --qui", words()],
    ["rbac can --activate author --activ", words("--activate")],
    ["rbac can -- --own", words()],
    ["rbac user create al", words()],
    ["rbac user rename alice al", words()],
    ["rbac user show alice al", words()],
    ["rbac nonsense al", words()],
    ["rbac seed ", ["files"]],
    ["rbac export --out ", ["files"]],
    ["rbac diff a.yaml b", ["files"]],
    ["sudo -u x rbac can Al", words("Alf")],
    ["echo rbac; rbac role show ad", words("admin")],
    ["echo 'a;b' && FOO=1 rbac role show ad", words("admin")],
  ])("%s", async (line, expected) => {
    expect(await at(line)).toEqual(expected);
  });

  it("is at most 200 names, the first of them", async () => {
    const found = await at("rbac can many");
    expect(found).toHaveLength(201);
    expect([found[1], found.at(-1)]).toEqual(["many000", "many199"]);
  });

  it("is the names of the database on the line, before that of the variables", async () => {
    const other = await seeded({ rbac: 1, users: { zoe: {} } });
    expect(await at(`rbac --db '${other}' can z`)).toEqual(words("zoe"));
    expect(await at(`rbac --db='${other}' can z`)).toEqual(words("zoe"));
    expect(await at(`RBAC_DB="${other}" rbac can z`)).toEqual(words("zoe"));
    expect(await at(`rbac --db-url-file ${fileWith(other, "url")} can z`)).toEqual(words("zoe"));
    expect(await at(`RBAC_DB_URL_FILE=missing rbac --db ${other} can z`)).toEqual(words("zoe"));
    expect(await at("rbac can z")).toEqual(words());
    expect(await at("rbac --db '~/rbac.db' can z", db, { HOME: dirname(other) })).toEqual(words("zoe"));
  });
});

describe("what nothing is known of", () => {
  it.each(["missing.db", "/", "postgres://nobody@127.0.0.1:1/none", "mysql://x/y", "postgres://a:b@c:d:e"])(
    "%s",
    async (database) => {
      expect(await at("rbac can al", database)).toEqual(words());
    },
  );

  it("a file that is no database, or an address in no file", async () => {
    expect(await at("rbac can al", fileWith("no database"))).toEqual(words());
    expect(await at("rbac --db-url-file missing can al")).toEqual(words());
  });

  it("a server that takes the connection and says nothing is not waited for", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const url = `postgres://nobody@127.0.0.1:${port}/none`;
    // The program itself: it must end, although its connection is still open.
    const script = `require(${JSON.stringify(join(import.meta.dirname, "../../bin/run.js"))})`;
    const argv = ["-e", script, "x", "__complete", "zsh", "rbac can al"];
    const program = spawn(process.execPath, argv, { env: { ...process.env, RBAC_DB: url } });
    let told = "";
    program.stdout.on("data", (text) => {
      told += text;
    });
    const code = await new Promise((resolve) => program.once("close", resolve));
    expect([code, told]).toEqual([0, "words\n"]);
    server.close();
  });
});

const names = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .map((text) => text.normalize("NFC"))
  .filter((text) => nameFault(text) === undefined);

describe("words", () => {
  /** A word as a person may type it. */
  const QUOTINGS = [
    (word: string) => `'${word.replaceAll("'", "'\\''")}'`,
    (word: string) => `"${word.replace(/[\\"$`]/g, "\\$&")}"`,
    (word: string) => [...word].map((char) => `\\${char}`).join(""),
  ];
  const quoted = fc.tuple(names, fc.constantFrom(...QUOTINGS));

  it("are read as a shell reads them", () => {
    fc.assert(
      fc.property(fc.array(quoted, { maxLength: 5 }), (all) => {
        const line = ["rbac", ...all.map(([word, quote]) => quote(word)), ""].join(" ");
        expect(typedLine(line).words).toEqual(all.map(([word]) => word));
      }),
    );
  });

  it("that bash is given are the name again, wherever it was begun and however it was quoted", () => {
    const cases = fc
      .sample(fc.tuple(names, fc.constantFrom("", "'", '"'), fc.nat(12)), 1500)
      .filter(([name, quote]) => quote !== "'" || !name.includes("'"));
    const lines = cases.map(([name, quote, length]) => {
      const begun = [...name].slice(0, length).join("");
      const typed =
        quote === ""
          ? begun.replace(/[^\w]/gu, "\\$&")
          : `${quote}${quote === '"' ? begun.replace(/[\\"$`]/g, "\\$&") : begun}`;
      const { current } = typedLine(`rbac can ${typed}`);
      const inserted = insertion("bash", { word: name }, current, WORD_BREAKS);
      return `printf '%s\\0' ${quote}${inserted}${quote}`;
    });
    const { stdout } = spawnSync("bash", ["-c", lines.join("\n")], { encoding: "utf8" });
    expect(stdout.split("\0").slice(0, -1)).toEqual(cases.map(([name]) => name));
  });
});
