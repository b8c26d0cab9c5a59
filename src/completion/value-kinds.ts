/** What the arguments and flags take whose values are not listed in the manifest. */

import { ROOTS } from "../policy/conditions/given.ts";
import { RULES } from "../policy/lint/rules/all-rules.ts";
import { CONSTRAINT_TYPES } from "../policy/model/rows.ts";
import { PART_KEYS } from "../policy/part/part.ts";
import type { Listed } from "../store/read/names-beginning.ts";
import { SHELLS } from "./scripts.ts";

/** What has names: in the database, or in settings files. */
export type NamedKind = Listed | "context";

/** Names that the database or settings files have, files, what nobody but the user knows, or one of some words. */
export type ValueKind = NamedKind | "files" | "nothing" | readonly string[];

const RULE_IDS = RULES.map(({ id }) => id);

/** By the name of an argument, or of a flag with its dashes; those of one command alone stand behind its id. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  user: "user",
  role: "role",
  roles: "role",
  permission: "permission",
  permissions: "permission",
  constraint: "constraint",
  path: "files",
  file: "files",
  from: "files",
  a: "files",
  b: "files",
  "db:copy to": "files",
  "compare a": "user",
  "compare b": "user",
  // A name that is new stands in no database.
  "user:create user": "nothing",
  "role:create role": "nothing",
  "permission:create permission": "nothing",
  "constraint:create constraint": "nothing",
  "constraint:create kind": CONSTRAINT_TYPES,
  "completion shell": SHELLS,
  "config:use context": "context",
  "api-key:rotate id": "api-key",
  "api-key:revoke ids": "api-key",
  "--user": "user",
  "--hand-over": "user",
  "--principal": "user",
  "--owner": "user",
  "--by": "user",
  "--as": "user",
  "--actor": "user",
  "--held-by": "user",
  "--role": "role",
  "--holding": "role",
  "--activate": "role",
  "--assume": "role",
  "--needs": "role",
  "--add": "role",
  "--drop": "role",
  "--grant": "permission",
  "--permission": "permission",
  "--right": "permission",
  "materialize --for": "permission",
  "--but": "permission",
  "--protect": "permission",
  "--protect-role": "role",
  "--on": "scope",
  "--context": "context",
  "--given": ROOTS.map((root) => `${root}.`),
  "--when": ROOTS.map((root) => `${root}.`),
  "--only": PART_KEYS.map((key) => `${key}=`),
  "--db": "files",
  "--db-url-file": "files",
  "--audit-key-file": "files",
  "--key-file": "files",
  "--baseline": "files",
  "--rule": RULE_IDS,
  "--skip": RULE_IDS,
  "--explain": RULE_IDS,
  "--batch": "files",
  "--file": "files",
  "--out": "files",
  "--jwks": "files",
  "--resources": "files",
  "--tls-cert": "files",
  "--tls-key": "files",
  "--tls-client-ca": "files",
  "--log": "files",
  "--access-log": "files",
};

/** @param word the name of an argument, or of a flag with its dashes */
export function valueKind(command: string, word: string): ValueKind {
  const key = [`${command} ${word}`, word].find((known) => Object.hasOwn(KINDS, known));
  return (key === undefined ? undefined : KINDS[key]) ?? "nothing";
}
