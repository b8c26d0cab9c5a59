/** Rules 23 and 25: what a change is, and what exit codes say. */
import { describe, expect, it } from "vitest";
import { createEntity, set } from "../../../src/policy/edit/entities.ts";
import { undoing } from "../../../src/policy/edit/undo.ts";
import { canonicalJson } from "../../../src/policy/model/canonical-json.ts";
import {
  added,
  apply,
  type Change,
  changeOf,
  diff,
  inverse,
  parseKind,
  replay,
} from "../../../src/policy/model/change.ts";
import { emptyDraft } from "../../../src/policy/model/policy.ts";
import { checkRows } from "../../../src/policy/model/row-check.ts";
import { granting, setting } from "../../../src/policy/mutations.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { errorOf, fileWith, policyFrom, seeded } from "../../support/documents.ts";

const standing = {
  rbac: 1 as const,
  permissions: { "posts:read": "Read" },
  roles: { reader: { grants: ["posts:read"] }, writer: { inherits: ["reader"] } },
  users: { alice: { roles: [{ role: "writer", scope: "acme", until: "2126-01-01" }] }, bob: { email: "b@x" } },
  everyone: ["reader"],
};

describe("rule 23: a change is one row before and after, every field present", () => {
  it("added, each kind in the order in which rows refer to each other", () => {
    expect(diff(emptyDraft(), policyFrom(standing))).toEqual([
      { kind: "permission.add", permission: "posts:read", before: null, after: { description: "Read" } },
      { kind: "role.add", role: "reader", before: null, after: { description: null } },
      { kind: "role.add", role: "writer", before: null, after: { description: null } },
      { kind: "user.add", user: "alice", before: null, after: { email: null, name: null, disabled: false } },
      { kind: "user.add", user: "bob", before: null, after: { email: "b@x", name: null, disabled: false } },
      { kind: "inheritance.add", role: "writer", inherits: "reader", before: null, after: {} },
      {
        kind: "grant.add",
        role: "reader",
        effect: "allow",
        permission: "posts:read",
        scope: null,
        before: null,
        after: {},
      },
      { kind: "everyone.add", role: "reader", before: null, after: {} },
      {
        kind: "assignment.add",
        ...{ user: "alice", role: "writer", scope: "acme" },
        before: null,
        after: { from: null, until: "2126-01-01T00:00:00.000Z" },
      },
    ]);
  });

  it("updated and removed", () => {
    const policy = policyFrom(standing);
    expect(set(policy, "user", "bob", { disabled: true })).toEqual([
      {
        kind: "user.update",
        user: "bob",
        before: { email: "b@x", name: null, disabled: false },
        after: { email: "b@x", name: null, disabled: true },
      },
    ]);
    expect(inverse(added("everyone", { role: "reader" }))).toEqual({
      ...{ kind: "everyone.remove", role: "reader", before: {}, after: null },
    });
  });

  it("between equal rows, and between none, there is no change", () => {
    const [row] = policyFrom(standing).user.values();
    expect(changeOf("user", row, row)).toBeUndefined();
    expect(changeOf("user", undefined, undefined)).toBeUndefined();
    expect(() => inverse({ ...added("everyone", { role: "r" }), after: null })).toThrow("without a row");
  });
});

describe("rule 23: replay sets rows, and neither validates nor decides", () => {
  it("what refers to nothing, twice, or is not there", () => {
    const draft = emptyDraft();
    const lost = added("assignment", { user: "zoe", role: "none", scope: null, from: null, until: null });
    replay(draft, [lost, lost, inverse(added("role", { role: "gone", description: null }))], 7);
    expect([...draft.assignment.values()]).toEqual([
      { user: "zoe", role: "none", scope: null, from: null, until: null, revision: 7 },
    ]);
    expect(draft.role.size).toBe(0);
  });

  it("apply leaves the given policy as it is", () => {
    const policy = policyFrom(standing);
    expect(apply(policy, [added("everyone", { role: "writer" })]).everyone.size).toBe(2);
    expect(policy.everyone.size).toBe(1);
  });
});

describe("rule 23: a revision is undone while every row it wrote is as it left it", () => {
  const policy = policyFrom(standing);
  const undo = (changes: readonly Change[], after = apply(policy, changes)) => undoing(2, changes).decide(after);

  it("in reverse, each change inverted", () => {
    const changes = [...createEntity(policy, "role", "chief", {}), added("everyone", { role: "chief" })];
    expect(undo(changes)).toEqual([...changes].reverse().map(inverse));
  });

  it("a row written twice counts as it was left", () => {
    const [first] = set(policy, "user", "bob", { disabled: true }) as [Change];
    const [second] = set(apply(policy, [first]), "user", "bob", { name: "Bob" }) as [Change];
    const [change, ...more] = undo([first, second]); // One change, however often the row was written.
    expect([change?.before, change?.after, more]).toEqual([second.after, first.before, []]);
    expect(errorOf(() => undo([first, second], apply(policy, [first]))).code).toBe("CHANGED_SINCE");
  });

  it("not when a row has changed since, or others refer to it; the row is named", () => {
    const created = createEntity(policy, "role", "chief", {});
    const renamed = apply(policy, [...created, ...set(apply(policy, created), "role", "chief", { description: "C" })]);
    expect(errorOf(() => undo(created, renamed))).toMatchObject({ code: "CHANGED_SINCE", exitCode: 3 });
    const held = added("assignment", { user: "bob", role: "chief", scope: "acme", from: null, until: null });
    const error = errorOf(() => undo(created, apply(policy, [...created, held])));
    expect(error.message).toContain("later changes stand on it (assignment bob chief acme)");
  });

  it("nor one that never was", async () => {
    expect(errorOf(() => undoing(9, [])).code).toBe("REVISION_NOT_FOUND");
    const db = await seeded(standing);
    expect((await cli("undo 9", { db })).code).toBe(2);
    expect((await cli("assign bob reader --on acme", { db })).code).toBe(0);
    expect((await cli("role set reader --description Reads", { db })).code).toBe(0);
    expect((await cli("undo 1", { db })).code).toBe(3);
    expect(await json("undo 2", { db })).toMatchObject({ changed: true, revision: 4 });
  });
});

it("rule 23: kinds of change are known by name", () => {
  expect(parseKind("grant")).toBe("grant");
  expect(parseKind("grant.add")).toBe("grant.add");
  expect(errorOf(() => parseKind("grant.ad"))).toMatchObject({ code: "KIND_UNKNOWN", exitCode: 2 });
  expect(errorOf(() => parseKind("grnt")).suggestions).toEqual(["grant"]);
});

it("entries are hashed over canonical JSON: keys sorted, no white space, text as RFC 8785 writes it", () => {
  expect(canonicalJson({ b: [1, "é\u2028\n", null], a: { "\u{1f600}": true, "\ufb33": false }, A: undefined })).toBe(
    '{"A":null,"a":{"\u{1f600}":true,"\ufb33":false},"b":[1,"é\u2028\\n",null]}',
  );
});

describe("what a program wishes for is held to the rules of what people write", () => {
  const policy = policyFrom(standing);
  it.each([
    () => setting("user", "bob", { name: "\u202ebob" }).decide(policy),
    () => setting("user", "bob", { name: "e\u0301" }).decide(policy),
    () => granting({ role: "reader", permissions: ["posts::"], effect: "deny", scope: null }).decide(policy),
    () => granting({ role: "reader", permissions: ["posts:read"], effect: "deny", scope: "a//b" }).decide(policy),
  ])("%s", (decide) => {
    expect(errorOf(() => checkRows(decide())).exitCode).toBe(2);
  });
});

describe("rule 25: exit codes", () => {
  it.each([
    ["user create carol", 0],
    ["user create bob --email b@x", 0],
    ["user create bob", 3],
    ["role create reader", 0],
    ["role create reader --description Other", 3],
    ["revoke bob writer", 0],
    ["revoke bob wirter", 2],
    ["user delete zoe", 2],
    ["user delete zoe --if-exists", 0],
    ["role inherit reader writer", 3],
    ["role delete reader", 3],
    ["grant reader posts:zap", 2],
    ["grant reader 'zap:*'", 2],
    ["why bob posts:read", 0],
    ["why bob posts:zap", 2],
    ["can bob posts:read posts:zap --any", 2],
    ["can", 2],
    ["can bob posts:read --on ''", 2],
    ["zap", 2],
  ])("%s: %i", async (line, code) => {
    const db = await seeded(standing);
    const { code: plain, stdout } = await cli(`${line} --json`, { db });
    expect(plain).toBe(code);
    const printed = JSON.parse(stdout);
    if (code >= 2) expect(printed.error.exitCode).toBe(code);
    else if (line.startsWith("role create") || line.includes("if-exists")) expect(printed.changed).toBe(false);
  });

  it("creating what exists identically changes nothing, differently is refused", () => {
    const policy = policyFrom(standing);
    expect(createEntity(policy, "user", "bob", { email: "b@x" })).toEqual([]);
    expect(errorOf(() => createEntity(policy, "user", "bob", {}))).toMatchObject({
      code: "EXISTS_DIFFERENTLY",
      exitCode: 3,
    });
    expect(set(policy, "user", "bob", { email: "b@x" })).toEqual([]);
    expect(errorOf(() => set(policy, "user", "zoe", {})).code).toBe("USER_NOT_FOUND");
  });

  it("a database that is not there is 4, never a no", async () => {
    expect((await cli("can bob posts:read", { db: freshDb() })).code).toBe(4);
  });

  const line = (question: object) => JSON.stringify(question);
  const yes = line({ user: "bob", permission: "posts:read", id: 7 });
  const no = line({ user: "alice", permission: "posts:read", scope: "acme", activate: ["writer"], expect: "no" });
  const lines: [string, string, number][] = [
    [yes, "", 0],
    [`${yes}\n\n${no}\n`, "", 1],
    [`${yes}\n${line({ user: "bob", permission: "posts:zap" })}`, "", 2],
    [`${yes}\n{`, "--any", 2],
    [yes, "--all", 0],
    [yes, "--expect no", 1],
  ];
  it.each(lines)("batch %s %s: %i", async (text, flags, code) => {
    const db = await seeded(standing);
    const result = await cli(["can", "--batch", fileWith(text, "q.ndjson"), ...flags.split(" ").filter(Boolean)], {
      db,
    });
    expect(result.code).toBe(code);
    const answers = result.stdout
      .trim()
      .split("\n")
      .map((answer) => JSON.parse(answer));
    expect(answers).toHaveLength(text.split("\n").filter(Boolean).length);
    expect(answers[0]).toMatchObject({ id: 7, allowed: true });
    if (code === 2) expect(answers[1]).toMatchObject({ error: { exitCode: 2 } });
  });
});
