/** The faults of a document are judged once, at the door; what is said of them is the same, each at its place. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { RbacError } from "../../../src/errors.ts";
import { readYaml } from "../../../src/files/yaml.ts";
import { checkedChangesTo, policyOf } from "../../../src/policy/document/changes-to-document.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { apply } from "../../../src/policy/model/change.ts";
import { WHOLE_POLICY } from "../../../src/policy/model/mutation.ts";
import { emptyDraft, type Policy } from "../../../src/policy/model/policy.ts";
import { emptyDatabase } from "../../support/databases.ts";
import { errorOf, partOfDocument, read } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { conditionalDocuments } from "../../support/random-conditional-questions.ts";

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
  const planned = errorOf(() => checkedChangesTo(policy, document(text), prune));
  const thrown = await database.change(STAMP, seeding(document(text), prune)).catch((error: unknown) => error);
  const { code, message, exitCode, problems } = planned;
  expect(thrown).toMatchObject({ code, message, exitCode, problems });
  expect([...new Set(problems.map((problem) => problem.code))].sort()).toEqual([...codes].sort());
  for (const { line } of problems) expect(line).toBeGreaterThan(1);
  await database.close();
});

it("the policy of a document is what its changes make of an empty one, or the same fault", () => {
  const outcome = (make: () => Policy) => {
    try {
      return Object.entries(make()).map(([kind, rows]) => [kind, JSON.stringify([...rows])]);
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      return { code: error.code, message: error.message, problems: error.problems };
    }
  };
  let faults = 0;
  const kept = fc.array(fc.boolean(), { minLength: 3, maxLength: 9 });
  const holds = (whole: PlainDocument, keep: readonly boolean[]) => {
    const stated = read(partOfDocument(whole, keep));
    const made = outcome(() => policyOf(stated));
    expect(made).toEqual(outcome(() => apply(emptyDraft(), checkedChangesTo(emptyDraft(), stated, false))));
    if (!Array.isArray(made)) faults += 1;
  };
  fc.assert(fc.property(conditionalDocuments(), kept, holds), { numRuns: often(200) });
  expect(faults).toBeGreaterThan(10);
});
