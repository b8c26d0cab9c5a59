/** The rows that lists and answers have, as schemas. */
import { z } from "zod";

/** Nothing, as the library tells it. */
const TEXT_OR_NULL = z.string().nullable();

/** A part of a list, of one revision: `next` is the `after` of the next part. */
export const page = <S extends z.ZodRawShape>(rows: S) =>
  z.object({ revision: z.int(), ...rows, next: TEXT_OR_NULL, cut: z.array(z.looseObject({})).optional() });

const WINDOW = {
  scope: TEXT_OR_NULL,
  from: TEXT_OR_NULL,
  until: TEXT_OR_NULL,
  revision: z.int(),
  state: z.string().optional(),
};

export const USER = z.object({
  user: z.string(),
  email: TEXT_OR_NULL,
  name: TEXT_OR_NULL,
  disabled: z.boolean(),
  roles: z.array(z.string()),
  assignments: z.array(z.object({ role: z.string(), ...WINDOW })),
});

export const ROLE = z.object({
  role: z.string(),
  description: TEXT_OR_NULL,
  inherits: z.array(z.string()),
  grants: z.int(),
  everyone: z.boolean(),
});

export const PERMISSION = z.object({ permission: z.string(), description: TEXT_OR_NULL });

export const ASSIGNMENT = z.object({ user: z.string(), role: z.string(), ...WINDOW });

export const ENTRY = z.looseObject({
  seq: z.int(),
  revision: z.int(),
  at: z.string(),
  actor: z.string(),
  osUser: z.string(),
  reason: TEXT_OR_NULL,
  change: z.looseObject({ kind: z.string() }),
  prev: z.string(),
  hash: z.string(),
});

/** What a change came to, as the library tells it. */
export const OUTCOME = z.object({
  changed: z.boolean(),
  dryRun: z.boolean(),
  revision: z.int(),
  count: z.int().optional(),
  changes: z.array(z.looseObject({ kind: z.string() })),
  notices: z.array(z.string()).optional(),
});
