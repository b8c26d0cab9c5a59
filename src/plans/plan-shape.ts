/** What each part of a plan must look like in a file. */
import type { Refusal, Violation } from "../errors.ts";
import type { Terms } from "../policy/evaluate/compare.ts";
import type { Unless } from "../policy/evaluate/judged-paths.ts";
import type {
  Cause,
  GainsAndLosses,
  Impact,
  ImpactOnPeople,
  ImpactOnPerson,
  ImpactRow,
  Kept,
  LaterDifference,
} from "../policy/impact/values.ts";
import { change } from "./change-shape.ts";
import { type AllowedGain, GATES, type Gate, PLAN_FORMAT, type Plan, type PlanRefusal } from "./plan.ts";
import { count, fields, flag, is, list, nullable, oneOf, optional, type ShapeOfEach, text } from "./shape.ts";

const instant = is("a time such as 2027-01-31T09:00:00.000Z", (value) => typeof value === "string" && isInstant(value));
const isInstant = (value: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));
const digest = is("sha256: and 64 hexadecimal digits", (value) => /^sha256:[0-9a-f]{64}$/.test(String(value)));
const texts = list(text);

const terms = nullable(
  fields<Terms>({ when: nullable(text), unless: list(fields<Unless>({ scope: nullable(text), when: text })) }),
);
const row = fields<ImpactRow>({
  permission: text,
  count: optional(count),
  because: optional(fields<Cause>({ change: count, roles: texts, grant: nullable(text) })),
  own: oneOf("any", "only", "not"),
  scope: nullable(text),
  except: texts,
  before: optional(terms),
  after: optional(terms),
});
const SIDES: ShapeOfEach<GainsAndLosses> = { gains: list(row), losses: list(row) };
const PERSON: ShapeOfEach<ImpactOnPerson> = {
  ...SIDES,
  later: list(fields<LaterDifference>({ at: instant, ...SIDES })),
};
const impact = fields<Plan["impact"]>({
  total: count,
  people: fields<Impact["people"]>({ gain: count, lose: count, both: count }),
  outcomes: list(fields<ImpactOnPeople>({ users: texts, ...PERSON })),
  strangers: fields<ImpactOnPerson>(PERSON),
  later: list(fields<Impact["later"][number]>({ at: instant, people: count })),
  kept: list(fields<Kept>({ change: count, people: count, through: texts })),
  newHolders: list(fields<Impact["newHolders"][number]>({ role: text, users: texts })),
});

const refusals = list(fields<Refusal>({ code: text, message: text }));
const violation = fields<Violation>({
  constraint: text,
  users: texts,
  scope: nullable(text),
  at: instant,
  roles: texts,
});

const limit = is("a limit", (value) => typeof value !== "number" || count(value) === undefined);
const gate = fields<Gate>({
  gate: oneOf(...GATES),
  limit,
  except: list(fields<AllowedGain>({ user: text, pattern: text })),
  value: count,
  passed: flag,
});

export const planShape = fields<Plan>({
  rbacPlan: oneOf(PLAN_FORMAT),
  database: nullable(text),
  revision: count,
  head: nullable(text),
  at: instant,
  actor: text,
  command: nullable(texts),
  changed: flag,
  changes: list(change),
  reasons: list(fields<Plan["reasons"][number]>({ change: count, reason: text })),
  expand: flag,
  impact,
  gates: list(gate),
  refusal: nullable(fields<PlanRefusal>({ code: text, message: text, violations: list(violation), refusals })),
  notices: texts,
  impactDigest: digest,
  digest,
});
