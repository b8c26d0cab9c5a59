/** Rules 20 and 21: the shape of constraints, and what they say of whom. */
import { describe, expect, it } from "vitest";
import { CONSTRAINT_READERS } from "../../../src/policy/model/constraint.ts";
import { checkRows } from "../../../src/policy/model/row-check.ts";
import { constraining } from "../../../src/policy/mutations.ts";
import { cli, json } from "../../support/cli.ts";
import {
  apart,
  broken,
  FRIDAY,
  from,
  last,
  on,
  type People,
  policy,
  roles,
  SUNDAY,
  trained,
  two,
  until,
} from "../../support/constraints.ts";
import { AT, errorOf, policyFrom, problemsOf, seeded } from "../../support/documents.ts";
import type { PlainConstraint } from "../../support/oracle.ts";

describe("rule 20: one section, one shape", () => {
  it.each<[string, object]>([
    ["ssd", apart],
    ["dsd", { ...apart, kind: "dsd" }],
    ["max_users", two],
    ["min_users", last],
    ["prerequisite", trained],
    ["one role for many", { kind: "max_users", roles: "admin", limit: 1 }],
  ])("%s is read, exported and read again", async (_, constraint) => {
    const db = await seeded(policy({ it: constraint as PlainConstraint }, { root: ["admin"] }));
    const { constraint: shown } = await json<{ constraint: string }>("constraint show it", { db });
    expect(shown).toBe("it");
    for (const format of ["yaml", "json", "ndjson"]) {
      expect((await cli(`export --out "${db}.${format}"`, { db })).code).toBe(0);
      expect((await cli(`seed "${db}.${format}" --check --prune`, { db })).code).toBe(0);
    }
  });

  it.each([
    ["{ kind: sdd, roles: [a, b], limit: 2 }", "sdd"],
    ["{ kind: ssd, roles: [a, b] }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 1 }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 3 }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 1.5 }", "limit"],
    ["{ kind: ssd, roles: [a, a], limit: 2 }", "limit"],
    ["{ kind: ssd, roles: [a, b], limit: 2, needs: [c] }", "limit"],
    ["{ kind: dsd, roles: [a], limit: 2 }", "limit"],
    ["{ kind: max_users, roles: [a, b], limit: 1 }", "one role"],
    ["{ kind: max_users, roles: [a], limit: -1 }", "limit"],
    ["{ kind: min_users, roles: [a], limit: 0 }", "limit"],
    ["{ kind: prerequisite, roles: [a] }", "need"],
    ["{ kind: prerequisite, roles: [a], needs: [a] }", "own prerequisite"],
    ["{ kind: prerequisite, roles: [a], needs: [b], limit: 2 }", "limit"],
    ["{ kind: prerequisite, roles: [a], needs: [zap] }", "zap"],
    ["{ kind: ssd, roles: [a, zap], limit: 2 }", "zap"],
    ["{ kind: ssd, roles: [], limit: 2 }", "roles"],
  ])("%s is refused at its line, by a word on %s", (text, word) => {
    const problems = problemsOf(`rbac: 1\nroles: { a: {}, b: {}, c: {} }\nconstraints:\n  it: ${text}\n`);
    expect(problems).toEqual([expect.stringMatching(/^4:/)]);
    expect(problems[0]).toContain(word);
  });

  it("a program is read by the same rules", () => {
    const shape = { roles: ["admin"], limit: 1, needs: null };
    expect(errorOf(() => constraining("it", "most_users", shape))).toMatchObject({ exitCode: 2 });
    expect(errorOf(() => constraining("it", "max_users", { ...shape, roles: [] }))).toMatchObject({ exitCode: 2 });
    expect(errorOf(() => CONSTRAINT_READERS.roles?.([1]))).toMatchObject({ exitCode: 2 });
    expect(CONSTRAINT_READERS.needs?.(null)).toBeNull();
    expect(CONSTRAINT_READERS.limit?.(null)).toBeNull();
    const mutation = constraining("it", "max_users", { ...shape, roles: ["admin", "owner"] });
    const decided = mutation.decide(policyFrom(policy({}, {})));
    expect(errorOf(() => checkRows(decided))).toMatchObject({ code: "CONSTRAINT_INVALID" });
  });

  it("names in any order and number are one constraint", async () => {
    const db = await seeded(policy({}, {}));
    expect((await cli("constraint create it ssd cashier auditor cashier --limit 2", { db })).code).toBe(0);
    expect(await json("constraint create it ssd auditor cashier --limit 2", { db })).toMatchObject({ changed: false });
    expect((await cli("constraint create it ssd auditor approver --limit 2", { db })).code).toBe(3);
  });
});

describe("rule 21: who holds which roles on one target at one moment", () => {
  const NONE: string[] = [];
  it.each<[string, PlainConstraint, People, string[], string[]]>([
    ["assigned", apart, { al: ["auditor", "cashier"], bo: ["cashier"] }, NONE, ["al everywhere now auditor+cashier"]],
    ["through inheritance", apart, { al: ["auditor", "chief"] }, NONE, ["al everywhere now auditor+cashier"]],
    ["through everyone", apart, { al: ["cashier"], bo: [] }, ["auditor"], ["al everywhere now auditor+cashier"]],
    ["everyone, with nobody", apart, {}, ["auditor", "cashier"], NONE],
    ["everyone alone", apart, { al: [] }, ["auditor", "cashier"], ["al everywhere now auditor+cashier"]],
    [
      "fewer than the limit",
      { ...apart, roles: ["approver", "auditor", "cashier"], limit: 3 },
      { al: ["auditor", "cashier"] },
      NONE,
      NONE,
    ],
    [
      "a disabled user still holds",
      apart,
      { al: { disabled: true, roles: ["auditor", "cashier"] } },
      NONE,
      ["al everywhere now auditor+cashier"],
    ],
    [
      "different tenants",
      apart,
      { al: [on("auditor", "acme"), on("cashier", "beta"), on("cashier", "acmeX")] },
      NONE,
      NONE,
    ],
    [
      "overlapping scopes",
      apart,
      { al: [on("auditor", "acme"), on("cashier", "acme/shop")] },
      NONE,
      ["al acme/shop now auditor+cashier"],
    ],
    ["a hand-over", apart, { al: [until("auditor", FRIDAY), from("cashier", FRIDAY)] }, NONE, NONE],
    [
      "an overlap in time",
      apart,
      { al: [until("auditor", SUNDAY), from("cashier", FRIDAY)] },
      NONE,
      [`al everywhere ${FRIDAY} auditor+cashier`],
    ],
    ["what is past", apart, { al: [until("auditor", AT), "cashier"] }, NONE, NONE],
    ["dsd bounds no holding", { ...apart, kind: "dsd" }, { al: ["auditor", "cashier"] }, NONE, NONE],
    ["max_users", two, { al: ["admin"], bo: ["owner"], cy: [on("admin", "acme")] }, NONE, ["al+bo+cy acme now admin"]],
    [
      "max_users counts people, not ways",
      two,
      { al: ["admin", "owner", on("admin", "acme")], bo: ["admin"] },
      NONE,
      NONE,
    ],
    [
      "max_users counts the disabled",
      two,
      { al: { disabled: true, roles: ["admin"] }, bo: ["admin"], cy: ["admin"] },
      NONE,
      ["al+bo+cy everywhere now admin"],
    ],
    ["max_users apart", two, { al: ["admin"], bo: [on("admin", "acme")], cy: [on("admin", "beta")] }, NONE, NONE],
    [
      "max_users one after the other",
      two,
      { al: ["admin"], bo: [until("admin", FRIDAY)], cy: [from("admin", FRIDAY)] },
      NONE,
      NONE,
    ],
    ["min_users", last, { al: [], bo: ["auditor"] }, NONE, ["nobody everywhere now admin"]],
    [
      "min_users counts the enabled only",
      last,
      { al: { disabled: true, roles: ["admin"] } },
      NONE,
      ["nobody everywhere now admin"],
    ],
    ["min_users needs one unscoped", last, { al: [on("admin", "acme")] }, NONE, ["nobody everywhere now admin"]],
    [
      "min_users needs one without end",
      last,
      { al: [until("admin", FRIDAY)] },
      NONE,
      [`nobody everywhere ${FRIDAY} admin`],
    ],
    [
      "min_users, relayed without a seam",
      last,
      { al: [until("admin", FRIDAY)], bo: [from("admin", FRIDAY)] },
      NONE,
      NONE,
    ],
    [
      "min_users, with a gap",
      last,
      { al: [until("admin", FRIDAY)], bo: [from("admin", SUNDAY)] },
      NONE,
      [`nobody everywhere ${FRIDAY} admin`],
    ],
    ["min_users through everyone", last, { al: [] }, ["owner"], NONE],
    [
      "prerequisite",
      trained,
      { al: ["operator"], bo: ["operator", "certified"] },
      NONE,
      ["al everywhere now operator"],
    ],
    ["prerequisite above", trained, { al: [on("operator", "acme"), "certified"] }, NONE, NONE],
    [
      "prerequisite elsewhere",
      trained,
      { al: ["operator", on("certified", "acme")] },
      NONE,
      ["al everywhere now operator"],
    ],
    [
      "prerequisite that ends first",
      trained,
      { al: ["operator", until("certified", FRIDAY)] },
      NONE,
      [`al everywhere ${FRIDAY} operator`],
    ],
    ["prerequisite through everyone", trained, { al: ["operator"] }, ["certified"], NONE],
  ])("%s", (_, constraint, people, everyone, expected) => {
    expect(broken(constraint, people, everyone)).toEqual(expected);
  });

  it("a dsd bounds what a session activates", async () => {
    const db = await seeded({
      ...policy({ it: { ...apart, kind: "dsd" } }, { al: ["auditor", "cashier", "chief"] }),
      permissions: ["tills:count"],
      roles: { ...roles, cashier: { grants: ["tills:count"] } },
    });
    const reason = async (flags: string) =>
      (await json<{ decisions: { reason: string }[] }>(`can al tills:count ${flags}`, { db })).decisions[0]?.reason;
    expect(await reason("")).toBe("allow");
    expect(await reason("--activate cashier")).toBe("allow");
    expect(await reason("--activate cashier --activate auditor")).toBe("session");
    expect(await reason("--activate chief --activate auditor")).toBe("session");
    expect(await reason("--activate cashier --assume auditor")).toBe("allow");
  });

  it("time passing never breaks one: what ends is refused when it is written, naming when", async () => {
    const db = await seeded(policy({ last }, { root: ["admin"] }));
    const { code, stdout } = await cli(`assign root admin --until ${FRIDAY} --replace --json`, { db });
    expect(code).toBe(3);
    expect(JSON.parse(stdout).error.violations).toEqual([
      { constraint: "last", users: [], scope: null, at: FRIDAY, roles: ["admin"] },
    ]);
    expect((await cli(`assign bo admin --from ${FRIDAY}`, { db })).code).toBe(0);
    expect((await cli(`assign root admin --until ${FRIDAY} --replace`, { db })).code).toBe(0);
    expect((await cli("revoke bo admin", { db })).code).toBe(3);
    expect(await cli("constraint check", { db })).toMatchObject({ code: 0, stdout: "" });
  });
});
