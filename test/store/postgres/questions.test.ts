/**
 * What a question costs on a server: one round trip for people and the structure that they reach, and no transaction.
 */
import { beforeAll, expect, it } from "vitest";
import type { Question } from "../../../src/policy/evaluate/decide.ts";
import {
  rowsForDecisions,
  rowsForHas,
  rowsForPermissions,
  rowsForWhoCan,
  rowsForWhy,
} from "../../../src/policy/evaluate/needed-rows.ts";
import type { NeededRows } from "../../../src/policy/model/mutation.ts";
import { connect } from "../../../src/store/connect.ts";
import { RowFetcher } from "../../../src/store/read/fetch-rows.ts";
import { freshDb } from "../../support/cli.ts";
import { AT, fileWith } from "../../support/documents.ts";
import { ran } from "../../support/postgres/sessions.ts";

const DOCUMENT = {
  rbac: 1,
  permissions: ["posts:read", "posts:write"],
  roles: {
    reader: { grants: ["posts:read"] },
    root: { grants: ["*:*"] },
    author: { inherits: ["reader"], grants: [{ permission: "posts:write", scope: "acme" }] },
  },
  users: { alice: { roles: ["author", { role: "reader", scope: "acme" }] }, bob: {}, root: { roles: ["root"] } },
  everyone: ["reader"],
};
const question: Question = {
  user: "alice",
  permission: "posts:write",
  owner: null,
  scope: "acme/1",
  at: AT,
  activate: [],
  assume: [],
};

let url = "";
beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  url = freshDb();
  await ran(["seed", fileWith(JSON.stringify(DOCUMENT)), "--quiet"], url);
});

const SLICES: [string, NeededRows, number][] = [
  ["can", rowsForDecisions([question]), 1],
  ["can of somebody who holds nothing", rowsForDecisions([{ ...question, user: "bob" }]), 1],
  ["can of many at once", rowsForDecisions([question, { ...question, user: "bob", permission: "posts:read" }]), 1],
  ["has", rowsForHas([{ ...question, role: "reader" }]), 1],
  ["why", rowsForWhy(question), 1],
  ["permissions", rowsForPermissions([question]), 1],
  ["permissions by a wildcard", rowsForPermissions([{ ...question, user: "root" }]), 2],
  ["the structure of who-can", rowsForWhoCan("posts:write"), 1],
];

it.each(SLICES)("%s", async (_, slice, trips) => {
  const connection = await connect(url, "read");
  let put = 0;
  const prepare: typeof connection.prepare = (query) => {
    const prepared = connection.prepare(query);
    return (...parameters) => {
      put += 1;
      return prepared(...parameters);
    };
  };
  try {
    const seen = await new RowFetcher({ ...connection, prepare }).withoutTransaction(slice);
    expect({ put, revision: seen?.revision, roles: [...(seen?.policy.role.keys() ?? [])] }).toMatchObject({
      put: trips,
      revision: 1,
      roles: expect.arrayContaining(["reader"]),
    });
  } finally {
    await connection.close();
  }
});
