/** Users and what they are assigned, changed over HTTP. */
import { z } from "zod";
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { changeRoute } from "./changes.ts";
import { made } from "./made.ts";
import { said } from "./queries.ts";

const TEXT = z.string().nullable().optional();
const FLAG = z.boolean().optional();
const TIME = z.string().optional();
const OF_USERS = () => ({ right: "rbac:user", scope: null });

export function changesOfPeople(administering: Administering): readonly Route[] {
  const assigning = { path: "/v1/users/:user/roles/:role", takesScope: true } as const;
  const ofAssignment = ({ query: { on = null } }: { readonly query: { readonly on?: string | null | undefined } }) => ({
    right: "rbac:assignment",
    scope: on,
  });
  return [
    changeRoute(administering, {
      ...{ method: "PUT", path: "/v1/users/:user", summary: "A user with these fields; made where there is none." },
      body: z.strictObject({ email: TEXT, name: TEXT, disabled: FLAG, allowConfusable: FLAG }),
      wished: OF_USERS,
      change: (rbac, { params: { user = "" }, body }, how) => {
        const { allowConfusable = false, ...fields } = body;
        return made(rbac, "user", user, said(fields), { ...how, allowConfusable });
      },
    }),
    changeRoute(administering, {
      ...{ method: "DELETE", path: "/v1/users/:user", summary: "No such user, and nothing that was assigned to them." },
      wished: OF_USERS,
      change: (rbac, { params: { user = "" } }, how) => rbac.delete("user", user, { ...how, ifExists: true }),
    }),
    changeRoute(administering, {
      ...{
        method: "POST",
        path: "/v1/users/:user/rename",
        summary: "Another name for a user, with all that they have.",
      },
      body: z.strictObject({ to: z.string(), allowConfusable: FLAG }),
      wished: OF_USERS,
      change: (rbac, { params: { user = "" }, body: { to, allowConfusable = false } }, how) =>
        rbac.rename("user", user, to, { ...how, allowConfusable }),
    }),
    changeRoute(administering, {
      ...{
        method: "POST",
        path: "/v1/users/:user/offboard",
        summary: "Takes all from somebody who leaves, or hands it over.",
      },
      body: z.strictObject({ handOver: z.string().optional(), disable: FLAG, delete: FLAG }),
      wished: () => ({ right: "rbac:assignment", scope: null }),
      change: (rbac, { params: { user = "" }, body }, how) => rbac.offboard(user, { ...how, ...said(body) }),
    }),
    changeRoute(administering, {
      ...{ ...assigning, method: "PUT", summary: "A role assigned to a user, with this whole window." },
      body: z.strictObject({ from: TIME, until: TIME, for: TIME, replace: FLAG }),
      wished: ofAssignment,
      change: (rbac, { params: { user = "", role = "" }, query: { on = null }, body }, how) =>
        rbac.assign(user, role, { ...how, ...said(body), on, existing: true }),
    }),
    changeRoute(administering, {
      ...{ ...assigning, method: "DELETE", summary: "A role not assigned to a user on exactly this scope." },
      wished: ofAssignment,
      change: (rbac, { params: { user = "", role = "" }, query: { on = null } }, how) =>
        rbac.revoke(user, role, { ...how, on }),
    }),
  ];
}
