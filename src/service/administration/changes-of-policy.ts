/** Roles, grants, permissions and constraints, changed over HTTP. */
import { z } from "zod";
import type { ConstraintType } from "../../policy/model/rows.ts";
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { changeRoute } from "./changes.ts";
import { made } from "./made.ts";
import { said } from "./queries.ts";

const FLAG = z.boolean().optional();
const DESCRIBED = z.strictObject({ description: z.string().nullable().optional(), allowConfusable: FLAG });
const NAMES = z.union([z.string(), z.array(z.string()).min(1)]);
const GRANTS = z.strictObject({
  permissions: NAMES,
  on: z.string().nullable().optional(),
  deny: FLAG,
  when: z.string().nullable().optional(),
  but: NAMES.optional(),
});
const CONSTRAINT = z.strictObject({
  kind: z.string(),
  roles: NAMES,
  limit: z.int().nullable().optional(),
  needs: NAMES.nullable().optional(),
});

const right = (kind: string) => () => ({ right: `rbac:${kind}`, scope: null });

/** What is made with a description, and deleted. */
const described = (administering: Administering, kind: "role" | "permission"): Route[] => [
  changeRoute(administering, {
    ...{ method: "PUT", path: `/v1/${kind}s/:${kind}`, summary: `A ${kind} with this description; made if missing.` },
    body: DESCRIBED,
    wished: right(kind),
    change: (rbac, { params, body: { allowConfusable = false, ...fields } }, how) =>
      made(rbac, kind, params[kind] ?? "", said(fields), { ...how, allowConfusable }),
  }),
  changeRoute(administering, {
    ...{ method: "DELETE", path: `/v1/${kind}s/:${kind}`, summary: `No such ${kind}, and nothing that refers to it.` },
    wished: right(kind),
    change: (rbac, { params }, how) => rbac.delete(kind, (params[kind] ?? "") as never, { ...how, ifExists: true }),
  }),
  changeRoute(administering, {
    ...{ method: "POST", path: `/v1/${kind}s/:${kind}/rename`, summary: `Another name for a ${kind}.` },
    body: z.strictObject({ to: z.string(), allowConfusable: FLAG }),
    wished: right(kind),
    change: (rbac, { params, body: { to, allowConfusable = false } }, how) =>
      rbac.rename(kind, (params[kind] ?? "") as never, to, { ...how, allowConfusable }),
  }),
];

const parents = (administering: Administering): Route[] => {
  const path = "/v1/roles/:role/parents/:parent";
  return [
    changeRoute(administering, {
      ...{ method: "PUT", path, summary: "A role that inherits another." },
      wished: right("inheritance"),
      change: (rbac, { params: { role = "", parent = "" } }, how) => rbac.inherit(role, parent, how),
    }),
    changeRoute(administering, {
      ...{ method: "DELETE", path, summary: "A role that does not inherit another." },
      wished: right("inheritance"),
      change: (rbac, { params: { role = "", parent = "" } }, how) => rbac.disinherit(role, parent, how),
    }),
  ];
};

const grants = (administering: Administering): Route[] =>
  (["grant", "ungrant"] as const).map((verb) =>
    changeRoute(administering, {
      ...{ method: "POST", path: `/v1/roles/:role/${verb}s` },
      summary: verb === "grant" ? "Grants, or denies, permissions to a role." : "Takes grants, or denies, away.",
      body: GRANTS,
      wished: ({ body: { on = null } }) => ({ right: "rbac:grant", scope: on }),
      change: (rbac, { params: { role = "" }, body: { permissions, ...rest } }, how) =>
        rbac[verb](role, permissions, { ...how, ...said(rest) }),
    }),
  );

const everyone = (administering: Administering): Route[] => {
  const path = "/v1/everyone/:role";
  return [
    changeRoute(administering, {
      ...{ method: "PUT", path, summary: "A role that everyone holds." },
      wished: right("everyone"),
      change: (rbac, { params: { role = "" } }, how) => rbac.assign({ everyone: true }, role, how),
    }),
    changeRoute(administering, {
      ...{ method: "DELETE", path, summary: "A role that not everyone holds." },
      wished: right("everyone"),
      change: (rbac, { params: { role = "" } }, how) => rbac.revoke({ everyone: true }, role, how),
    }),
  ];
};

const constraints = (administering: Administering): Route[] => {
  const path = "/v1/constraints/:constraint";
  return [
    changeRoute(administering, {
      ...{ method: "PUT", path, summary: "A new constraint." },
      body: CONSTRAINT,
      wished: right("constraint"),
      change: (rbac, { params: { constraint = "" }, body: { kind, ...fields } }, how) =>
        rbac.create("constraint", constraint, { ...how, ...said(fields), kind: kind as ConstraintType }),
    }),
    changeRoute(administering, {
      ...{ method: "DELETE", path, summary: "No such constraint." },
      wished: right("constraint"),
      change: (rbac, { params: { constraint = "" } }, how) =>
        rbac.delete("constraint", constraint, { ...how, ifExists: true }),
    }),
  ];
};

export const changesOfPolicy = (administering: Administering): readonly Route[] => [
  ...described(administering, "role"),
  ...parents(administering),
  ...grants(administering),
  ...described(administering, "permission"),
  ...everyone(administering),
  ...constraints(administering),
];
