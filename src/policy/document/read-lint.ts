/** Reads what a document says to lint: findings meant to stand, and pairs of permissions that nobody may join. */

import { parsePermission } from "../model/permissions.ts";
import { parseInstant } from "../model/times.ts";
import type { LintSettings, LintSkip, ToxicPair } from "./facts.ts";
import type { NestedValues } from "./nested-values.ts";
import type { DocumentPath } from "./problems.ts";

export function readLint(values: NestedValues, path: DocumentPath, value: unknown): LintSettings {
  const { skip, toxic } = values.map(path, value, ["skip", "toxic"]);
  const entries = (key: string, given: unknown) => (given === undefined ? [] : values.list([...path, key], given));
  return {
    skips: entries("skip", skip).flatMap((entry, at) => readSkip(values, [...path, "skip", at], entry) ?? []),
    toxic: entries("toxic", toxic).flatMap((entry, at) => readPair(values, [...path, "toxic", at], entry) ?? []),
  };
}

function readSkip(values: NestedValues, path: DocumentPath, entry: unknown): LintSkip | undefined {
  const { rule, on, until, reason } = values.map(path, entry, ["rule", "on", "until", "reason"]);
  const text = (key: string, value: unknown, isNeeded: boolean): string | null => {
    if (typeof value === "string" && value.trim() !== "") return value;
    if (value === null && !isNeeded)
      values.problem([...path, key], "VALUE_INVALID", `${key} says nothing: give it a value, or leave it out`);
    else if (value !== undefined) values.problem([...path, key], "VALUE_INVALID", `${key} must be a text`);
    else if (isNeeded) values.problem(path, "KEY_MISSING", `${key} is missing from what lint skips`);
    return null;
  };
  const [id, about, why] = [text("rule", rule, true), text("on", on, false), text("reason", reason, true)];
  const place = { source: values.source, path };
  const end = text("until", until, false);
  const ends = end === null ? null : values.reader.problems.attempt(place, () => parseInstant(end));
  if (id === null || why === null || ends === undefined) return undefined;
  return { rule: id, on: about, until: ends, reason: why, place };
}

function readPair(values: NestedValues, path: DocumentPath, entry: unknown): ToxicPair | undefined {
  const names = values.list(path, entry);
  const place = { source: values.source, path };
  const texts = names.filter((name) => typeof name === "string");
  const [one, other] = texts.map((name) => values.reader.problems.attempt(place, () => parsePermission(name)));
  if (names.length !== 2 || texts.length !== 2)
    values.problem(path, "VALUE_INVALID", "a toxic pair is two permissions");
  if (names.length !== 2 || one === undefined || other === undefined) return undefined;
  return { permissions: [one, other], place };
}
