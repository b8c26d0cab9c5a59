/** An answer about changes, which may come from another process. */
import type { ChangedSince } from "../policy/history/changed-names.ts";

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** The answer; `undefined` for what has not its form: it is not to be read as "nothing changed". */
export function changeAnswer(value: unknown): (ChangedSince & { readonly revision: number }) | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { revision, users, roles, all } = value as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(revision) || !isTexts(users) || !isTexts(roles) || typeof all !== "boolean")
    return undefined;
  return { revision: revision as number, users, roles, all };
}
