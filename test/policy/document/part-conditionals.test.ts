/** The names that a part needs for what its grants leave out. */
import { expect, it } from "vitest";
import { rowReader, rowsOfPart } from "../../../src/policy/document/part-rows.ts";
import { parsePartText, partOf } from "../../../src/policy/part/part-texts.ts";
import { policyFrom } from "../../support/documents.ts";

it("an exact name that a grant leaves out comes along, what its wildcards cover does not", async () => {
  const policy = policyFrom({
    rbac: 1,
    permissions: ["posts:read", "posts:purge", "logs:read", "users:read"],
    roles: {
      "team-editor": { grants: [{ permission: "posts:read", but: ["posts:purge", "logs:*"] }] },
      other: { grants: ["users:read"] },
    },
  });
  const names: string[] = [];
  for await (const [kind, row] of rowsOfPart(partOf(parsePartText("roles=team-*")), rowReader(policy)))
    if (kind === "permission") names.push(String(row.permission));
  expect(names.sort()).toEqual(["posts:purge", "posts:read"]);
});
