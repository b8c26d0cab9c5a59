/** A constraint as a row: reads its fields, and checks that they fit together (rule 20). */
import { wrong } from "../../errors.ts";
import { byBytes } from "./byte-order.ts";
import { parseName, quote } from "./names.ts";
import { type AnyRow, CONSTRAINT_TYPES, type ConstraintType, type Value } from "./rows.ts";

/** Reads the type of a constraint. @throws RbacError `CONSTRAINT_INVALID` (exit 2). */
export function parseType(text: string): ConstraintType {
  const type = CONSTRAINT_TYPES.find((known) => known === text);
  if (type) return type;
  throw invalid(`a constraint is one of ${CONSTRAINT_TYPES.join(", ")}, not ${quote(text)}`);
}

/** Reads one name or a list of names into the form of a row: sorted, without duplicates. @throws RbacError (exit 2). */
export function parseNames(field: string, value: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const invalidName = list.find((name) => typeof name !== "string");
  if (list.length === 0 || invalidName !== undefined) throw wrong("VALUE_INVALID", `${field} must be a list of names`);
  return [...new Set(list.map((name) => parseName(String(name))))].sort(byBytes);
}

/** Reads a limit: a whole number. @throws RbacError (exit 2). */
function parseLimit(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw wrong("VALUE_INVALID", "limit must be a whole number");
}

/** For each type, the fault of its fields as the end of a message, or `undefined` if they are valid. */
const FAULT_OF: Readonly<Record<ConstraintType, (constraint: ConstraintFields) => string | undefined>> = {
  ssd: (constraint) => separationFault(constraint),
  dsd: (constraint) => separationFault(constraint),
  max_users: (constraint) => countFault(constraint, 0),
  min_users: (constraint) => countFault(constraint, 1),
  prerequisite: ({ roles, limit, needs }) => {
    if (needs === null || limit !== null) return "takes roles and what they need, and no limit";
    const shared = needs.find((role) => roles.includes(role));
    return shared === undefined ? undefined : `cannot make ${quote(shared)} its own prerequisite`;
  },
};

interface ConstraintFields {
  readonly roles: readonly string[];
  readonly limit: number | null;
  readonly needs: readonly string[] | null;
}

function separationFault({ roles, limit, needs }: ConstraintFields): string | undefined {
  const isValid = needs === null && limit !== null && limit >= 2 && limit <= roles.length;
  return isValid ? undefined : `takes a limit from 2 to the number of its roles, which is ${roles.length}`;
}

function countFault({ roles, limit, needs }: ConstraintFields, least: number): string | undefined {
  const isValid = needs === null && limit !== null && limit >= least && roles.length === 1;
  return isValid ? undefined : `takes one role and a limit of at least ${least}`;
}

/** The fields of a row of kind `constraint`, whose readers have made them of these types. */
const fieldsIn = ({ roles, limit, needs }: AnyRow): ConstraintFields => ({
  roles: roles as readonly string[],
  limit: limit as number | null,
  needs: needs as readonly string[] | null,
});

/** Checks that the fields of a constraint fit its type. @throws RbacError `CONSTRAINT_INVALID` (exit 2). */
export function checkConstraint(row: AnyRow): void {
  const fault = FAULT_OF[row.type as ConstraintType](fieldsIn(row));
  if (fault) throw invalid(`${row.type} ${fault}`);
}

/** The reader of each field of a constraint. */
export const CONSTRAINT_READERS: Readonly<Record<string, (value: unknown) => Value>> = {
  type: (value) => parseType(String(value)),
  roles: (value) => parseNames("roles", value),
  needs: (value) => (value === null ? null : parseNames("needs", value)),
  limit: (value) => (value === null ? null : parseLimit(value)),
};

const invalid = (message: string) => wrong("CONSTRAINT_INVALID", message);
