/** A constraint as a row: how its parts are read, and what they must be to one another (rule 20). */
import { wrong } from "../../errors.ts";
import { byBytes } from "./byte-order.ts";
import { parseName, quote } from "./names.ts";
import { type AnyRow, CONSTRAINT_TYPES, type ConstraintType, type Value } from "./policy.ts";

/** Reads the type of a constraint. @throws RbacError `CONSTRAINT_INVALID` (exit 2). */
export function parseType(text: string): ConstraintType {
  const type = CONSTRAINT_TYPES.find((known) => known === text);
  if (type) return type;
  throw invalid(`a constraint is one of ${CONSTRAINT_TYPES.join(", ")}, not ${quote(text)}`);
}

/** Reads names in any order and number, as a row holds them: sorted, each once. A single name may stand by itself. */
export function parseNames(field: string, value: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const odd = list.find((name) => typeof name !== "string");
  if (list.length === 0 || odd !== undefined) throw wrong("VALUE_INVALID", `${field} must be a list of names`);
  return [...new Set(list.map((name) => parseName(String(name))))].sort(byBytes);
}

/** Reads a limit: a whole number. @throws RbacError (exit 2). */
export function parseLimit(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw wrong("VALUE_INVALID", "limit must be a whole number");
}

/** What each type asks of its parts, in words; `undefined` where they are sound. */
const SOUND: Readonly<Record<ConstraintType, (parts: Parts) => string | undefined>> = {
  ssd: (parts) => separation(parts),
  dsd: (parts) => separation(parts),
  max_users: (parts) => counted(parts, 0),
  min_users: (parts) => counted(parts, 1),
  prerequisite: ({ roles, limit, needs }) => {
    if (needs === null || limit !== null) return "takes roles and what they need, and no limit";
    const both = needs.find((role) => roles.includes(role));
    return both === undefined ? undefined : `cannot make ${quote(both)} its own prerequisite`;
  },
};

interface Parts {
  readonly roles: readonly string[];
  readonly limit: number | null;
  readonly needs: readonly string[] | null;
}

function separation({ roles, limit, needs }: Parts): string | undefined {
  const sound = needs === null && limit !== null && limit >= 2 && limit <= roles.length;
  return sound ? undefined : `takes a limit from 2 to the number of its roles, which is ${roles.length}`;
}

function counted({ roles, limit, needs }: Parts, least: number): string | undefined {
  const sound = needs === null && limit !== null && limit >= least && roles.length === 1;
  return sound ? undefined : `takes one role and a limit of at least ${least}`;
}

/** Holds a constraint's parts against its type. @throws RbacError `CONSTRAINT_INVALID` (exit 2). */
export function checkConstraint(row: AnyRow): void {
  const fault = SOUND[row.type as ConstraintType](row as unknown as Parts);
  if (fault) throw invalid(`${row.type} ${fault}`);
}

/** How the fields of a constraint are read. */
export const CONSTRAINT_READERS: Readonly<Record<string, (value: unknown) => Value>> = {
  type: (value) => parseType(String(value)),
  roles: (value) => parseNames("roles", value),
  needs: (value) => (value === null ? null : parseNames("needs", value)),
  limit: (value) => (value === null ? null : parseLimit(value)),
};

const invalid = (message: string) => wrong("CONSTRAINT_INVALID", message);
