/** The page on tokens: its commands and its program, in a folder of their own, print what it shows. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { linkedPackage } from "../support/installed-package.ts";
import { ROOT } from "../support/root.ts";

const page = readFileSync(join(ROOT, "docs/tokens.md"), "utf8");
const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "posts:delete"],
  roles: { reader: { grants: ["posts:read"] } },
  users: { ben: { roles: ["reader"] } },
};

it("prints what is shown", () => {
  const folder = linkedPackage();
  const [, commands = ""] = /^```sh\n([\s\S]*?)^```/m.exec(page) ?? [];
  const [, program = "", printed = ""] = /^```js\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```/m.exec(page) ?? [];
  writeFileSync(join(folder, "policy.json"), JSON.stringify(POLICY));
  const env = { PATH: process.env.PATH, HOME: folder, RBAC_ACTOR: "app" };
  const rbac = `rbac() { "${process.execPath}" "${join(ROOT, "bin/run.js")}" "$@"; }`;
  const shell = (lines: string) =>
    execFileSync("sh", ["-ec", `${rbac}\n${lines}`], { cwd: folder, env, encoding: "utf8" });
  shell("rbac seed policy.json --quiet");
  expect(shell(commands)).toMatch(/^valid\nben, until \S+\n$/);
  writeFileSync(join(folder, "example.mjs"), program);
  expect(execFileSync("node", ["example.mjs"], { cwd: folder, encoding: "utf8" })).toBe(printed);
});
