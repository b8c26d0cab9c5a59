/** The row that a finding is about as words: the names of its key, such as `editor posts:create`. */
import { recordOf } from "../model/records.ts";
import type { LintSubject } from "./rules/rule.ts";

/** Fields whose value nobody reads, or that say what is meant anyway. */
const isSaid = (field: string, value: unknown): value is string =>
  typeof value === "string" && field !== "digest" && !(field === "effect" && value === "allow");

const wordsOf = ({ kind, key }: LintSubject, fields: readonly string[] = recordOf(kind).key): string[] =>
  fields.flatMap((field) => {
    const value = key[field];
    return isSaid(field, value) ? [value] : [];
  });

/** The names of a subject's key, in its order: those that a skip may name one of. An effect is no name. */
export const subjectNames = (subject: LintSubject): string[] =>
  wordsOf(
    subject,
    recordOf(subject.kind).key.filter((field) => field !== "effect"),
  );

/** As findings show it, and as a skip may name it. */
export const subjectText = (subject: LintSubject): string => wordsOf(subject).join(" ");
