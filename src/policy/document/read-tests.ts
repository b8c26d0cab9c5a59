/** Reads the tests that a document states (rule 18). */
import type { Given } from "../conditions/given.ts";
import { readGiven } from "../conditions/read-given.ts";
import { parsePermission } from "../model/permissions.ts";
import type { Test } from "./facts.ts";
import type { Fields, NestedValues } from "./nested-values.ts";
import type { DocumentPath } from "./problems.ts";

const TEST_KEYS = ["user", "stranger", "assume", "activate", "scope", "owner", "at", "given", "can", "cannot", "has"];

export const readTests = (values: NestedValues, path: DocumentPath, value: unknown): Test[] =>
  values.list(path, value).map((entry, index) => readTest(values, [...path, index], entry));

function readTest(values: NestedValues, path: DocumentPath, entry: unknown): Test {
  const test = values.map(path, entry, TEST_KEYS);
  const nameAt = (key: string) => (test[key] === undefined ? null : readName(values, path, key, test[key]));
  const namesAt = (key: string, read?: (text: string) => string) =>
    (test[key] === undefined ? [] : values.list([...path, key], test[key])).flatMap(
      (name, i) => readName(values, [...path, key, i], key, name, read) ?? [],
    );
  const [can, cannot] = [namesAt("can", parsePermission), namesAt("cannot", parsePermission)];
  const has = namesAt("has");
  if (can.length + cannot.length + has.length === 0)
    values.problem(path, "KEY_MISSING", "a test needs can, cannot or has");
  checkWho(values, path, test);
  return {
    user: nameAt("user"),
    assume: namesAt("assume"),
    activate: namesAt("activate"),
    scope: nameAt("scope"),
    owner: nameAt("owner"),
    at: nameAt("at"),
    given: givenIn(values, path, test.given),
    can,
    cannot,
    has,
    place: { source: values.source, path },
  };
}

/** Attributes as a mapping by roots, or by paths such as `resource.published`. */
function givenIn({ source, reader }: NestedValues, path: DocumentPath, given: unknown): Given | null {
  if (given === undefined || given === null) return null;
  return reader.problems.attempt({ source, path: [...path, "given"] }, () => readGiven(given)) ?? null;
}

/** A test is about a user, a stranger, or somebody who only assumes roles. */
function checkWho(values: NestedValues, path: DocumentPath, { user, stranger, assume }: Fields): void {
  if (stranger !== undefined && stranger !== true)
    values.problem([...path, "stranger"], "VALUE_INVALID", "stranger is true, or left out");
  if (user === undefined && assume === undefined && stranger === undefined)
    values.problem(path, "KEY_MISSING", "a test needs user, assume or stranger");
  if (user !== undefined && stranger !== undefined)
    values.problem([...path, "user"], "SAID_TWICE", "a stranger has no name: say user or stranger");
}

/** Reads a name in a test by the rule of its field, or by `read`. */
function readName(
  { source, reader }: NestedValues,
  path: DocumentPath,
  field: string,
  value: unknown,
  read?: (text: string) => string,
): string | null {
  const place = { source, path };
  const name =
    read && typeof value === "string"
      ? reader.problems.attempt(place, () => read(value))
      : reader.field(place, null, field, value);
  return typeof name === "string" ? name : null;
}
