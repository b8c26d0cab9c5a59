/** Names for completion, from either kind of database; the script of each shell. */
import { beforeAll, describe, expect, it } from "vitest";
import { SCRIPTS } from "../../src/completion/scripts.ts";
import { cli } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";

let db = "";
beforeAll(async () => {
  db = await seeded({
    rbac: 1,
    permissions: ["a:b", "ab:c"],
    roles: { rb: { grants: [{ permission: "a:b", scope: "s/2" }] }, ra: {}, s: {} },
    users: {
      ub: { roles: ["ra", "s/1", "s/3", "t"].map((scope) => ({ role: "rb", scope })) },
      uB: {},
      ü: {},
      ua: { roles: [{ role: "ra", scope: "s/1" }] },
    },
  });
});

describe("names that begin with what was typed, in byte order", () => {
  it.each([
    ["user show ", ["uB", "ua", "ub", "ü"]],
    ["user show u", ["uB", "ua", "ub"]],
    ["role show r", ["ra", "rb"]],
    ["permission show a", ["a:b", "ab:c"]],
    ["compare u", ["uB", "ua", "ub"]],
    ["compare ua u", ["uB", "ub"]],
    ["user offboard u", ["uB", "ua", "ub"]],
    ["user offboard ua --hand-over u", ["uB", "ua", "ub"]],
    ["role create new --grant a", ["a:b", "ab:c"]],
    ["matrix --permission ab", ["ab:c"]],
    ["who-can a:b --on ", ["ra", "s/1", "s/2", "s/3", "t"]],
    ["who-can a:b --on s/", ["s/1", "s/2", "s/3"]],
    ["who-can a:b --on x", []],
  ])("rbac %s", async (line, names) => {
    const how = { db, env: { RBAC_COMPLETION_WAIT: "60s" } };
    const words = ["words", ...names].map((word) => `${word}\n`).join("");
    expect(await cli(["__complete", "fish", `rbac ${line}`], how)).toEqual({ code: 0, stdout: words, stderr: "" });
  });
});

describe("completion", () => {
  it.each(Object.entries(SCRIPTS))("%s is the script, and needs no database", async (shell, script) => {
    const missing = "/nowhere/rbac.db";
    expect(await cli(`completion ${shell}`, { db: missing })).toEqual({ code: 0, stdout: script, stderr: "" });
  });

  it("is exit 2 for another shell", async () => {
    const { code, stderr } = await cli("completion tcsh");
    expect([code, stderr]).toEqual([2, 'rbac: there is no completion for "tcsh"; there is for bash, zsh, fish\n']);
  });
});
