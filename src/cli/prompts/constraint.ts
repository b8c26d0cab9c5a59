/** What a new constraint is asked for: its type, its roles, and the flag that its type needs. */
import { checkConstraint, parseType } from "../../policy/model/constraint.ts";
import type { ConstraintType } from "../../policy/model/rows.ts";
import { typeText } from "./ask.ts";
import type { Answer, ArgumentQuestion, Asked, List } from "./asked.ts";
import { roles } from "./lists.ts";
import { chooseOne } from "./question.ts";
import { chooseSeveral } from "./several.ts";

const TYPES: Readonly<Record<ConstraintType, string>> = {
  ssd: "of some roles nobody may hold so many",
  dsd: "of some roles nobody may activate so many in one session",
  max_users: "at most so many users may hold a role",
  min_users: "at least so many users must hold a role",
  prerequisite: "who holds a role must hold others",
};

export const constraintTypes: List = async () =>
  Object.entries(TYPES).map(([value, meaning]) => ({ value, shown: `${value}  ${meaning}` }));

/** The roles of a constraint, and its limit or what it needs unless a flag says so already. */
export const constrainedRoles: ArgumentQuestion = async (asked) => {
  const type = parseType(String(asked.args.kind));
  const answer = await rolesOf(type, asked);
  if (answer === undefined || asked.flags.limit !== undefined || asked.flags.needs !== undefined) return answer;
  return { ...answer, flags: await (type === "prerequisite" ? needsOf : limitOf)(type, answer.words, asked) };
};

function rolesOf(type: ConstraintType, asked: Asked): Promise<Answer | undefined> {
  if (type === "max_users" || type === "min_users") return chooseOne("Which role?", roles)(asked);
  const least = type === "prerequisite" ? 1 : 2;
  return chooseSeveral("Which role?", roles, { another: "Which other role?", least })(asked);
}

async function needsOf(_: ConstraintType, given: readonly string[], asked: Asked): Promise<string[]> {
  const others: List = async () => (await roles(asked)).filter(({ value }) => !given.includes(value));
  const needed = await chooseSeveral("Which role do they need?", others, { another: "Which other role?" })(asked);
  return (needed?.words ?? []).flatMap((role) => ["--needs", role]);
}

const LIMITS: Readonly<Partial<Record<ConstraintType, string>>> = {
  ssd: "How many of them are too many for one user?",
  dsd: "How many of them are too many for one session?",
  max_users: "How many users may hold it at most?",
  min_users: "How many users must hold it at least?",
};

async function limitOf(type: ConstraintType, given: readonly string[], asked: Asked): Promise<string[]> {
  const check = async (text: string) =>
    checkConstraint({ type, roles: given, limit: (await asked.parse(text, "limit")) as number, needs: null });
  return ["--limit", await typeText(LIMITS[type] ?? "Which limit?", check)];
}
