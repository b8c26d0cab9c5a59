/** What a program asks of a compiled policy, read, and what it is told. */
import { type RbacError, wrong } from "../errors.ts";
import type { Decision, HasDecision, Question, RoleQuestion } from "../policy/evaluate/decide.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import { parseName } from "../policy/model/names.ts";
import { parsePermission } from "../policy/model/permissions.ts";
import type { Moment } from "../policy/model/times.ts";
import type { LiveVerdict } from "../store/read/followed-policy.ts";
import { askingUserOf, nameOf, type ReadOptions } from "./options/arguments.ts";
import { textOf } from "./values/plain-values.ts";

/** An answer without its evidence, but with what it depends on, and the revision that it comes from. */
export type CanAnswer = Pick<Decision, "allowed" | "reason" | "except" | "known" | "unless" | "when"> & {
  readonly revision: number;
  /** The evidence, where it was asked for: by `explain: true`. */
  readonly because?: Decision["because"];
  /** The id of its line in the log of decisions, where it was logged. */
  readonly id?: string;
};

/** The answer whether a role is held, without its evidence, and the revision that it comes from. */
export type HasAnswer = Pick<HasDecision, "allowed" | "reason" | "known"> & {
  readonly revision: number;
  readonly id?: string;
};

/** True for a moment that the policy as it is answers: now, or a time to come. */
export const isNow = (moment: Moment, now: string): moment is { readonly at: string } =>
  "at" in moment && moment.at >= now;

/** @param what what is not answered without a promise */
export const notAtOnce = (what: string): RbacError =>
  wrong("NOT_AT_ONCE", `${what} is not answered at once: ask can, which gives a promise`);

/** The question of a call. @throws RbacError (exit 2). */
export const questionOf = (user: unknown, permission: unknown, how: ReadOptions, at: string): Question =>
  unreadQuestion(askingUserOf(user), parsePermission(textOf("the permission", permission)), how, at);

/** The question of a call whose names are not read: known names are in normal form. @throws RbacError (exit 2). */
export function unreadQuestion(user: string | null, permission: string, how: ReadOptions, at: string): Question {
  const { owner = null, on: scope = null } = how;
  const asker = askerOf(user, at, how);
  const { activate, assume, existing = false, given, strangers } = asker;
  if (given || strangers) return { ...asker, permission, owner, scope };
  return { user, at, activate, assume, existing, permission, owner, scope }; // A spread costs more than a decision.
}

/** The question of a call about a role. @throws RbacError (exit 2). */
export function roleQuestionOf(user: unknown, role: unknown, how: ReadOptions, at: string): RoleQuestion {
  const { on: scope = null } = how;
  return { ...askerOf(askingUserOf(user), at, how), role: nameOf("the role", role), scope };
}

/** The same without options, at less cost. */
export function plainQuestion(user: string | null, permission: string, at: string): Question {
  return { user, permission, owner: null, scope: null, at, activate: NO_ROLES, assume: NO_ROLES };
}

const NO_ROLES: readonly string[] = [];

/** True for names as they may be asked before they are read. */
export const areTexts = (user: unknown, permission: unknown): boolean =>
  (user === null || typeof user === "string") && typeof permission === "string";

/** The same question by its names in normal form; `undefined` where they are. @throws RbacError (exit 2). */
export function normalized(question: Question): Question | undefined {
  const { user } = question;
  const [name, permission] = [user === null ? null : parseName(user), parsePermission(question.permission)];
  if (name === user && permission === question.permission) return undefined;
  return { ...question, user: name, permission };
}

/** A decision of the database as an answer. @param explain whether with its evidence */
export function answerFrom(decision: Decision, revision: number, explain: boolean): CanAnswer {
  const { allowed, reason, except, known, unless, when, because } = decision;
  const answer = { allowed, reason, except, known, revision };
  return { ...answer, ...(unless && { unless }), ...(when !== undefined && { when }), ...(explain && { because }) };
}

/** A verdict as an answer, without where it comes from. */
export function answerOf({ allowed, reason, except, known, revision, unless, when }: LiveVerdict): CanAnswer {
  if (!unless && when === undefined) return { allowed, reason, except, known, revision };
  return { allowed, reason, except, known, revision, ...(unless && { unless }), ...(when !== undefined && { when }) };
}

export const hasAnswerFrom = ({ allowed, reason, known }: HasDecision | LiveVerdict, revision: number): HasAnswer => ({
  allowed,
  reason,
  known,
  revision,
});
