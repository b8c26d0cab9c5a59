/** Reads what a service answers. Each reader gives `undefined` for what has not its form: no such answer is taken. */
import type { AtRevision, CanAnswer, Filter, HasAnswer, PermissionRow, RbacError, UserRow } from "../index.ts";
import { errorFrom } from "./service-faults.ts";

type Members = Readonly<Record<string, unknown>>;
type Read<T> = (value: unknown) => T | undefined;
type Is = (value: unknown) => boolean;

const isText: Is = (value) => typeof value === "string";
const isTextOrNull: Is = (value) => value === null || isText(value);
const isRevision: Is = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isKnown: Is = (value) => value === null || typeof value === "boolean";
const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isListOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is);
const isUnless = isListOf((one) => isObject(one) && isTextOrNull(one.scope) && isText(one.when));
const orAbsent =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value);

const REASONS: readonly unknown[] = ["allow", "disabled", "session", "deny", "none", "condition"];

/** What two answers have in common. A yes has one reason, and that reason is a yes. */
const isAnswer = ({ allowed, reason, known, revision, id }: Members): boolean =>
  typeof allowed === "boolean" &&
  REASONS.includes(reason) &&
  allowed === (reason === "allow") &&
  isKnown(known) &&
  isRevision(revision) &&
  orAbsent(isText)(id);

const canAnswer: Read<CanAnswer> = (value) => {
  if (!isObject(value) || !isAnswer(value)) return undefined;
  const { allowed, reason, except, known, revision, unless, when, because, id } = value;
  const fits =
    isListOf(isTextOrNull)(except) &&
    orAbsent(isUnless)(unless) &&
    orAbsent(isText)(when) &&
    orAbsent(isListOf(isObject))(because);
  return fits ? (present({ allowed, reason, except, known, revision, unless, when, because, id }) as never) : undefined;
};

const hasAnswer: Read<HasAnswer> = (value) => {
  if (!isObject(value) || !isAnswer(value)) return undefined;
  const { allowed, reason, known, revision, id } = value;
  return present({ allowed, reason, known, revision, id }) as never;
};

/** The same without members that are not there. */
const present = (members: Members): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** A list of so many, each read. */
const listOf =
  <T>(read: Read<T>, count?: number): Read<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value) || (count !== undefined && value.length !== count)) return undefined;
    const all = value.map(read);
    return all.includes(undefined) ? undefined : (all as readonly T[]);
  };

const member =
  <T>(name: string, read: Read<T>): Read<T> =>
  (value) =>
    isObject(value) ? read(value[name]) : undefined;

/** Answers to so many questions, or what is wrong with each. */
const eachOf = <A>(read: Read<A>, count: number): Read<readonly (A | RbacError)[]> =>
  member(
    "answers",
    listOf<A | RbacError>((one) => errorFrom(one) ?? read(one), count),
  );

export const canAnswers = (count: number) => eachOf(canAnswer, count);
export const hasAnswers = (count: number) => eachOf(hasAnswer, count);

/** Answers to so many questions, all of one revision but for those about the past. */
export const allAnswers =
  (count: number): Read<AtRevision<{ answers: CanAnswer[] }>> =>
  (value) => {
    const answers = member("answers", listOf(canAnswer, count))(value);
    const { revision } = (value ?? {}) as Members;
    if (!answers || !isRevision(revision) || answers.some((one) => one.revision !== revision)) return undefined;
    return { revision: revision as number, answers: [...answers] };
  };

const OWN: readonly unknown[] = ["any", "only", "not"];

/** A row of a list, with a name of its own. */
const row =
  <R>(name: "permission" | "user"): Read<R> =>
  (value) => {
    if (!isObject(value)) return undefined;
    const { own, scope, except, roles, grant, until, when, unless } = value;
    const fits =
      isText(value[name]) &&
      OWN.includes(own) &&
      isTextOrNull(scope) &&
      isListOf(isTextOrNull)(except) &&
      isListOf(isText)(roles) &&
      isText(grant) &&
      isTextOrNull(until) &&
      orAbsent(isTextOrNull)(when) &&
      orAbsent(isUnless)(unless);
    return fits ? (value as R) : undefined;
  };

export const permissionRows = member("permissions", listOf<PermissionRow>(row("permission")));
export const userRows = member("users", listOf<UserRow>(row("user")));

const isParameter: Is = (value) => ["string", "number", "boolean"].includes(typeof value) || value === null;

export const filterAnswer: Read<Filter> = (value) => {
  if (!isObject(value)) return undefined;
  const { kind, when, sql } = value;
  const isFilter = ["always", "never", "when"].includes(kind as string) && isTextOrNull(when) && isObject(sql);
  if (!isFilter || !isText(sql.text) || !isListOf(isParameter)(sql.params)) return undefined;
  return { kind, when, sql: { text: sql.text, params: sql.params } } as Filter;
};

export const userAnswer: Read<{ readonly disabled: boolean; readonly revision: number }> = (value) => {
  if (!isObject(value) || typeof value.disabled !== "boolean" || !isRevision(value.revision)) return undefined;
  return { disabled: value.disabled, revision: value.revision as number };
};
