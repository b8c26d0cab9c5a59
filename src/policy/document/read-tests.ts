/** Reads the tests that a document states (rule 18). */
import type { Given } from "../conditions/given.ts";
import { readGiven } from "../conditions/read-given.ts";
import { parsePermission } from "../model/permissions.ts";
import type { Test, TestedChange } from "./facts.ts";
import type { Fields, NestedValues } from "./nested-values.ts";
import type { DocumentPath } from "./problems.ts";

/** What `refused` calls the guard. */
export const GUARD = "guard";

const TEST_KEYS = ["user", "stranger", "assume", "activate", "scope", "owner", "at", "given", "can", "cannot", "has"];

export const readTests = (values: NestedValues, path: DocumentPath, value: unknown): Test[] =>
  values.list(path, value).map((entry, index) => readTest(values, [...path, index], entry));

/** The keys of a test of a change. */
const CHANGE_KEYS = ["actor", "user", "assign", "revoke", "scope", "at", "refused"];

function readTest(values: NestedValues, path: DocumentPath, entry: unknown): Test {
  const isChange = typeof entry === "object" && entry !== null && ("assign" in entry || "revoke" in entry);
  const test = values.map(path, entry, isChange ? CHANGE_KEYS : TEST_KEYS);
  const nameAt = (key: string) => (test[key] === undefined ? null : readName(values, path, key, test[key]));
  const namesAt = (key: string, read?: (text: string) => string) =>
    (test[key] === undefined ? [] : values.list([...path, key], test[key])).flatMap(
      (name, i) => readName(values, [...path, key, i], key, name, read) ?? [],
    );
  const [can, cannot] = [namesAt("can", parsePermission), namesAt("cannot", parsePermission)];
  const has = namesAt("has");
  const change = isChange ? changeIn(values, path, test) : undefined;
  if (!change && can.length + cannot.length + has.length === 0)
    values.problem(path, "KEY_MISSING", "a test needs can, cannot or has, or assign or revoke");
  if (!change) checkWho(values, path, test);
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
    ...(change && { change }),
    place: { source: values.source, path },
  };
}

/** Who gets or loses which roles, one or a list of them, and what refuses that. */
function changeIn(values: NestedValues, path: DocumentPath, test: Fields): TestedChange {
  const verb = test.assign === undefined ? "revoke" : "assign";
  const written = test[verb];
  const named: readonly (readonly [DocumentPath, unknown])[] = Array.isArray(written)
    ? written.map((role, i) => [[...path, verb, i], role] as const)
    : [[[...path, verb], written]];
  const roles = named.flatMap(([at, role]) => readName(values, at, "role", role) ?? []);
  const actor = test.actor === undefined ? null : readName(values, [...path, "actor"], "actor", test.actor);
  const { refused = false } = test;
  const reason = typeof refused === "boolean" ? refused : readName(values, [...path, "refused"], "refused", refused);
  const problem = (message: string) => values.problem(path, "KEY_MISSING", message);
  if (test.assign !== undefined && test.revoke !== undefined)
    values.problem([...path, "revoke"], "SAID_TWICE", "a test is of one change: say assign or revoke");
  if (named.length === 0) problem(`${verb} names no role`);
  if (test.user === undefined) problem(`a test with ${verb} needs user`);
  if (reason === GUARD && test.actor === undefined) problem("a test of the guard needs actor: who makes the change");
  return { verb, roles, actor, refused: reason ?? false };
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
