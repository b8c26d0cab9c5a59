/** Writes a policy as a document: all sections, in canonical order, so that equal policies give equal bytes. */
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { type AnyGrant, conditionOf, isConditional, type Policy, rowsOf, type User } from "../model/policy.ts";
import { DOCUMENTED_KINDS } from "../model/records.ts";
import type { AnyRow, Kind } from "../model/rows.ts";
import type { Part } from "../part/part.ts";
import { partTexts } from "../part/part-texts.ts";
import { SECTIONS, type Section, sectionsOfPart } from "./sections.ts";

/** A value whose mappings are Maps, because JavaScript objects reorder keys that look like numbers. */
export type Tree = string | number | boolean | readonly Tree[] | ReadonlyMap<string, Tree>;

/** True for a list, false for a mapping. */
export const isList = (tree: Exclude<Tree, string | number | boolean>): tree is readonly Tree[] => Array.isArray(tree);

/**
 * The document of a policy. Default values are left out; a section without rows is written as empty.
 * @param part the part of which the policy has the rows; the document keeps to it
 */
export function snapshot(policy: Policy, part?: Part): ReadonlyMap<string, Tree> {
  const document = new Map<string, Tree>([["rbac", 1]]);
  if (part) document.set("part", new Map(partTexts(part)));
  for (const section of part ? sectionsOfPart(part) : SECTIONS.keys())
    for (const kind of SECTIONS.get(section)?.slice(0, 1) ?? []) document.set(section, WRITERS[kind](policy, section));
  return document;
}

const constraints = (policy: Policy): Tree =>
  sortedMapping(
    [...policy.constraint.values()],
    (row) => row.constraint,
    ({ type, roles: roleNames, limit, needs }) => [
      ["kind", type],
      ["roles", roleNames],
      ["limit", limit],
      ["needs", needs],
    ],
  );

/** A plain list if no permission has a description, otherwise a mapping. */
function permissions(policy: Policy): Tree {
  const rows = [...policy.permission.values()].sort(by((row) => row.permission));
  if (rows.length === 0) return new Map();
  if (rows.every((row) => row.description === null)) return rows.map((row) => row.permission);
  return new Map(rows.map((row) => [row.permission, row.description ?? new Map()]));
}

function roles(policy: Policy): Tree {
  const inherits = grouped([...policy.inheritance.values()].sort(by((row) => row.inherits)), (row) => row.role);
  const all: AnyGrant[] = [...policy.grant.values(), ...policy.conditional.values()];
  const grants = grouped(all.sort(byPatternAndScope), (row) => `${row.effect} ${row.role}`);
  return sortedMapping(
    [...policy.role.values()],
    (row) => row.role,
    ({ role, description }) => [
      ["description", description],
      ["inherits", inherits.get(role)?.map((edge) => edge.inherits)],
      ["grants", grants.get(`allow ${role}`)?.map(grantTree)],
      ["denies", grants.get(`deny ${role}`)?.map(grantTree)],
    ],
  );
}

/** Plain before conditional; several of these in the order of their digests, which is that of their rows. */
const byPatternAndScope = (a: AnyGrant, b: AnyGrant) =>
  byBytes(a.permission, b.permission) ||
  byBytes(a.scope ?? "", b.scope ?? "") ||
  byBytes(isConditional(a) ? a.digest : "", isConditional(b) ? b.digest : "");

const grantTree = (grant: AnyGrant): Tree =>
  grant.scope === null && !isConditional(grant)
    ? grant.permission
    : filledMapping([
        ["permission", grant.permission],
        ["scope", grant.scope],
        ["when", conditionOf(grant)],
        ["but", isConditional(grant) && grant.but.length > 0 ? grant.but : null],
      ]);

/** By resource; a text that may have some values only is written as the list of them. */
function attributes(policy: Policy): Tree {
  const byResource = grouped([...policy.attribute.values()].sort(by((row) => row.attribute)), (row) => row.resource);
  return sortedMapping(
    [...byResource],
    ([resource]) => resource,
    ([, rows]) => rows.map(({ attribute, type, values }) => [attribute, values ?? type]),
  );
}

function users(policy: Policy): Tree {
  const assignmentsOf = grouped(
    [...policy.assignment.values()].sort(by((row) => `${row.role}\0${row.scope ?? ""}`)),
    (row) => row.user,
  );
  return sortedMapping(
    [...policy.user.values()],
    (row) => row.user,
    ({ user, email, name, disabled }: User) => [
      ["email", email],
      ["name", name],
      ["disabled", disabled || null],
      [
        "roles",
        assignmentsOf.get(user)?.map(({ role, scope, from, until }) => {
          const isPlain = scope === null && from === null && until === null;
          return isPlain
            ? role
            : filledMapping([
                ["role", role],
                ["scope", scope],
                ["from", from],
                ["until", until],
              ]);
        }),
      ],
    ],
  );
}

type Entries = readonly (readonly [string, Tree | null | undefined])[];

function sortedMapping<T>(rows: readonly T[], name: (row: T) => string, entries: (row: T) => Entries): Tree {
  return new Map([...rows].sort(by(name)).map((row) => [name(row), filledMapping(entries(row))]));
}

/** A mapping of the entries that are not null or undefined. */
function filledMapping(entries: Entries): ReadonlyMap<string, Tree> {
  return new Map(entries.filter((entry): entry is [string, Tree] => entry[1] !== null && entry[1] !== undefined));
}

/** What writes the rows of each kind: kinds of one section are written together. */
const WRITERS: { readonly [K in Kind]: (policy: Policy, section: Section) => Tree } = {
  permission: permissions,
  role: roles,
  user: users,
  inheritance: roles,
  grant: roles,
  everyone: (policy) => [...policy.everyone.keys()].sort(byBytes),
  assignment: users,
  constraint: constraints,
  policy: (policy, setting) => policy.policy.has(setting),
  conditional: roles,
  attribute: attributes,
  former: inNoSection,
  identity: inNoSection,
  approval: inNoSection,
  "api-key": inNoSection,
};

/** For kinds without a section, which are not asked for. */
function inNoSection(): Tree {
  return [];
}

/** The rows of a kind, in the order of their keys. */
export const sortedRowsOf = (policy: Policy, kind: Kind): AnyRow[] =>
  [...rowsOf(policy, kind)].sort(by(([key]) => key)).map(([, row]) => row);

/** Every row that documents state: kinds in the order of `KINDS`, rows in the order of their keys. */
export function* sortedRows(policy: Policy): Iterable<readonly [Kind, AnyRow]> {
  for (const kind of DOCUMENTED_KINDS) for (const row of sortedRowsOf(policy, kind)) yield [kind, row];
}
