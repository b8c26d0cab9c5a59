/** The programs of docs/web.md print what the page shows. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { linkedInterop } from "../support/interop.ts";
import { describeWith, missingPackage } from "../support/needs.ts";
import { ROOT } from "../support/root.ts";
import { KITS, missingOf } from "../support/web/kits.ts";

const page = readFileSync(join(ROOT, "docs/web.md"), "utf8");
const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```/gm)];
const programs = examples.map(([, program = "", printed = ""]) => ({
  kit: KITS.find(({ name }) => program.includes(`"rbac-admin/${name}"`)),
  program,
  printed,
}));

it("there is one for each framework", () => {
  expect(programs.map(({ kit }) => kit?.name)).toEqual(["express", "fastify", "hono", "koa", "fetch"]);
});

for (const { kit, program, printed } of programs)
  describeWith((kit && missingOf(kit)) ?? missingPackage("rbac-admin"), kit?.name ?? "none", () => {
    it("prints what is shown", () => {
      const folder = linkedInterop();
      writeFileSync(join(folder, "example.mjs"), program);
      expect(execFileSync("node", ["example.mjs"], { cwd: folder, encoding: "utf8" })).toBe(printed);
    });
  });
