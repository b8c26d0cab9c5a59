/** The compiler knows the columns of each table: a query with a misspelt one does not compile. */
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { ROOT } from "../../support/root.ts";

/** A file that is not there, beside the tables. */
const FILE = join(ROOT, "src/store/engine/queries-under-test.ts");

/** The queries, each a statement of its own: what is right, and the same with a mistake. */
const QUERIES: readonly (readonly [right: string, wrong: string])[] = [
  ['db.selectFrom("roles").select("description")', 'db.selectFrom("roles").select("no_such_column")'],
  ['db.selectFrom("users").select("skeleton")', 'db.selectFrom("grants").select("skeleton")'],
  [
    'db.insertInto("grants").values({ role: "x", effect: "allow", permission: "a:b", scope: "", revision: 1 })',
    'db.insertInto("grants").values({ rolle: "x", effect: "allow", permission: "a:b", scope: "", revision: 1 })',
  ],
  [
    'db.insertInto("inheritance").values({ role: "x", inherits: "y", revision: 1 })',
    'db.insertInto("inheritance").values({ role: "x", inherits: "y" })',
  ],
  ['db.updateTable("users").set({ disabled: 1 })', 'db.updateTable("users").set({ disabld: 1 })'],
  ['db.updateTable("users").set({ disabled: 0 })', 'db.updateTable("users").set({ disabled: false })'],
  ['db.updateTable("assignments").set({ scope: "" })', 'db.updateTable("assignments").set({ scope: null })'],
  ['db.updateTable("constraints").set({ roles: "[]" })', 'db.updateTable("constraints").set({ roles: ["a"] })'],
  ['db.updateTable("constraints").set({ needs: null })', 'db.updateTable("constraints").set({ roles: null })'],
  ['db.updateTable("users").set({ email: null })', 'db.updateTable("users").set({ email: 7 })'],
];

/** For each statement whether the compiler refuses it. */
function refused(statements: readonly string[]): boolean[] {
  const head = 'import type { Kysely } from "kysely";\nimport type { Tables } from "./tables.ts";\n';
  const text = `${head}declare const db: Kysely<Tables>;\n${statements.map((one) => `void ${one};`).join("\n")}\n`;
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => path === FILE || fileExists(path);
  host.readFile = (path) => (path === FILE ? text : readFile(path));
  const program = ts.createProgram({ rootNames: [FILE], options, host });
  const file = program.getSourceFile(FILE);
  const lines = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ start = 0 }) => (file?.getLineAndCharacterOfPosition(start).line ?? 0) - head.split("\n").length,
  );
  expect(lines.filter((line) => line < 0)).toEqual([]);
  return statements.map((_, at) => lines.includes(at));
}

it("compiles queries that name columns which are there, and none that name others", () => {
  const found = refused(QUERIES.flat());
  const wrongly = QUERIES.flat().filter((_, at) => found[at] !== (at % 2 === 1));
  expect(wrongly).toEqual([]);
});
