/** Many changes at once, and changes taken back, over HTTP. */
import { z } from "zod";
import { mutation, type PolicyDocument } from "../../index.ts";
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { changeRoute } from "./changes.ts";
import { said } from "./queries.ts";

const NAMES = z.union([z.string(), z.array(z.string()).min(1)]);
const ON = z.string().nullable().optional();
const TIME = z.string().optional();
const FLAG = z.boolean().optional();
const GRANT = { role: z.string(), permissions: NAMES, on: ON, deny: FLAG, when: ON, but: NAMES.optional() };
const EDGE = { role: z.string(), parents: NAMES };
const NAMED = { kind: z.enum(["user", "role", "permission", "constraint"]), name: z.string() };

/** A change that is wished for: the verb of the library, and what it takes. */
const WISH = z.discriminatedUnion("do", [
  z.strictObject({
    ...{ do: z.literal("assign"), user: z.string(), roles: NAMES, on: ON },
    ...{ from: TIME, until: TIME, for: TIME, replace: FLAG, existing: FLAG },
  }),
  z.strictObject({ do: z.literal("revoke"), user: z.string(), roles: NAMES, on: ON, everywhere: FLAG }),
  z.strictObject({ do: z.literal("grant"), ...GRANT }),
  z.strictObject({ do: z.literal("ungrant"), ...GRANT }),
  z.strictObject({ do: z.literal("inherit"), ...EDGE }),
  z.strictObject({ do: z.literal("disinherit"), ...EDGE }),
  z.strictObject({ do: z.literal("create"), ...NAMED, fields: z.record(z.string(), z.unknown()).optional() }),
  z.strictObject({ do: z.literal("set"), ...NAMED, fields: z.record(z.string(), z.unknown()) }),
  z.strictObject({ do: z.literal("rename"), ...NAMED, to: z.string() }),
  z.strictObject({ do: z.literal("delete"), ...NAMED, ifExists: FLAG }),
]);

function preparedOf(wish: z.output<typeof WISH>) {
  switch (wish.do) {
    case "assign":
    case "revoke": {
      const { do: verb, user, roles, ...how } = wish;
      return mutation[verb](user, roles, said(how));
    }
    case "grant":
    case "ungrant": {
      const { do: verb, role, permissions, ...how } = wish;
      return mutation[verb](role, permissions, said(how));
    }
    case "inherit":
    case "disinherit":
      return mutation[wish.do](wish.role, wish.parents);
    case "create":
      return mutation.create(wish.kind as "role", wish.name, wish.fields);
    case "set":
      return mutation.set(wish.kind as "role", wish.name, wish.fields);
    case "rename":
      return mutation.rename(wish.kind, wish.name, wish.to);
    case "delete":
      return mutation.delete(wish.kind, wish.name, said({ ifExists: wish.ifExists }));
  }
}

const WHO_READS = () => ({ right: "rbac:read", scope: null });

/** What each row of it needs is judged besides: whoever may ask for these may read what they tell. */
export const changesAtOnce = (administering: Administering): readonly Route[] => [
  changeRoute(administering, {
    ...{ method: "POST", path: "/v1/changes", summary: "Several changes as one: all of them, or none." },
    body: z.strictObject({ changes: z.array(WISH).min(1).max(1000), allowConfusable: FLAG }),
    wished: WHO_READS,
    change: (rbac, { body: { changes, allowConfusable = false } }, how) =>
      rbac.change(changes.map(preparedOf), { ...how, allowConfusable }),
  }),
  changeRoute(administering, {
    ...{ method: "POST", path: "/v1/seed", summary: "The policy brought to a document." },
    body: z.strictObject({
      document: z.looseObject({ rbac: z.literal(1) }),
      ...{ prune: FLAG, maxRemovals: z.int().min(0).optional(), allowConfusable: FLAG },
    }),
    wished: WHO_READS,
    change: (rbac, { body: { document, ...rest } }, how) =>
      rbac.seed(document as unknown as PolicyDocument, { ...how, ...said(rest) }),
  }),
  changeRoute(administering, {
    ...{
      method: "POST",
      path: "/v1/undo",
      summary: "What a revision, several, or all since a moment changed, taken back.",
    },
    body: z.union([
      z.strictObject({ revision: z.union([z.int().min(1), z.string()]) }),
      z.strictObject({ to: z.string() }),
    ]),
    wished: WHO_READS,
    change: (rbac, { body }, how) => rbac.undo("to" in body ? { to: body.to } : body.revision, how),
  }),
];
