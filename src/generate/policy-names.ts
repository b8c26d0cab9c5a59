/** The names that a policy has, sorted, and the hash that stands for all of them. */
import { hash } from "node:crypto";
import { byBytes } from "../policy/model/byte-order.ts";
import { canonicalJson } from "../policy/model/canonical-json.ts";
import { grouped } from "../policy/model/group-by.ts";
import type { NeededRows } from "../policy/model/mutation.ts";
import { resourceOf } from "../policy/model/patterns.ts";
import type { Policy } from "../policy/model/policy.ts";

/** The type of an attribute, or the only texts that it may have. */
export type AttributeType = string | readonly string[];

/** Names in byte order, whatever database they come from. */
export interface PolicyNames {
  readonly permissions: readonly string[];
  readonly roles: readonly string[];
  /** By resource, what follows its `:` in permissions; nothing for one of which no permission has a `:`. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
  /** By resource, the attributes that are declared. */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, AttributeType>>;
  /** SHA-256, in hex, of the canonical JSON of the permissions, the roles and the attributes. */
  readonly digest: string;
}

/** The rows that `policyNamesOf` reads. */
export const ROWS_WITH_NAMES: NeededRows = { roles: "all", grants: "none", permissions: "all" };

export function policyNamesOf(policy: Pick<Policy, "permission" | "role" | "attribute">): PolicyNames {
  const permissions = [...policy.permission.values()].map(({ permission }) => permission).sort(byBytes);
  const roles = [...policy.role.values()].map(({ role }) => role).sort(byBytes);
  const declared = [...policy.attribute.values()]
    .map(({ resource, attribute, type, values }) => [resource, attribute, values ?? type] as const)
    .sort(([a, one], [b, other]) => byBytes(a, b) || byBytes(one, other));
  const byResource = grouped(declared, ([resource]) => resource);
  const attributes = [...byResource].map(
    ([resource, rows]) => [resource, new Map(rows.map(([, ...row]) => row))] as const,
  );
  const resources = [...grouped(permissions, resourceOf)].sort(([a], [b]) => byBytes(a, b)).map(restsOf);
  const digest = hash("sha256", canonicalJson({ permissions, roles, attributes: declared }));
  return { permissions, roles, resources: new Map(resources), attributes: new Map(attributes), digest };
}

const restsOf = ([resource, names]: readonly [string, readonly string[]]) =>
  [resource, names.filter((name) => name.includes(":")).map((name) => name.slice(resource.length + 1))] as const;
