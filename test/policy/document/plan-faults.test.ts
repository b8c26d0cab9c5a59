/** The faults of a document are judged once, at the door; what is said of them is the same, each at its place. */
import { expect, it } from "vitest";
import { readYaml } from "../../../src/files/yaml.ts";
import { plan } from "../../../src/policy/document/plan.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { WHOLE_POLICY } from "../../../src/policy/model/mutation.ts";
import { emptyDatabase } from "../../support/databases.ts";
import { errorOf } from "../../support/documents.ts";

const AT = "2026-03-01T00:00:00.000Z";
const STAMP = { actor: "ada", osUser: "ada", at: AT, reason: null };

const BEFORE = `
permissions: { posts:read: {}, posts:write: {} }
roles:
  reader: { grants: [posts:read] }
  writer: { grants: [posts:write], inherits: [reader] }
users: { alice: { roles: [writer] } }
constraints: { apart: { kind: ssd, roles: [reader, lonely], limit: 2 } }
`;
const document = (text: string) => documentOf([readYaml("p.yaml", `rbac: 1\n${text}`)]);

const FAULTY: readonly [string, text: string, prune: boolean, codes: readonly string[]][] = [
  [
    "names of nothing, each in its line",
    "users:\n  bob: { roles: [raeder, nobody] }\nroles:\n  reader: { grants: [posts:raed, 'blogs:*'] }\n",
    false,
    ["PERMISSION_NOT_FOUND", "PATTERN_COVERS_NOTHING", "ROLE_NOT_FOUND"],
  ],
  ["a circle", "roles:\n  reader:\n    inherits: [writer]\n", false, ["CYCLE"]],
  [
    "a constraint on what is nowhere",
    "constraints:\n  few: { kind: max_users, roles: [nowhere], limit: 2 }\n",
    false,
    ["ROLE_NOT_FOUND"],
  ],
  ["a row that is stated and pruned at once", "roles:\n  lonely: {}\neveryone: [reader]\n", true, ["ROLE_NOT_FOUND"]],
  ["two that are kept apart on one chain", "roles:\n  lonely: { inherits: [reader] }\n", false, ["CONSTRAINT_CHAIN"]],
];

it.each(FAULTY)("%s", async (_, text, prune, codes) => {
  const database = await emptyDatabase(AT);
  const before = document(BEFORE.replace("  reader:", "  lonely: {}\n  reader:"));
  await database.change(STAMP, seeding(before, false));
  const { policy } = await database.policy(WHOLE_POLICY);
  const planned = errorOf(() => plan(policy, document(text), prune));
  const thrown = await database.change(STAMP, seeding(document(text), prune)).catch((error: unknown) => error);
  const { code, message, exitCode, problems } = planned;
  expect(thrown).toMatchObject({ code, message, exitCode, problems });
  expect([...new Set(problems.map((problem) => problem.code))].sort()).toEqual([...codes].sort());
  for (const { line } of problems) expect(line).toBeGreaterThan(1);
  await database.close();
});
