// Casbin's example policies and the answers its own tests expect, translated into documents and questions of ours.

import { readFileSync } from "node:fs";
import type { OracleQuestion, PlainDocument, PlainGrant, PlainHolding } from "./oracle.ts";

export const CASBIN_DATA = new URL("../../../shared/data/casbin/", import.meta.url);

export interface CasbinCase {
  model: string;
  policy: string;
  document: PlainDocument;
  decisions: { question: OracleQuestion; expected: boolean; source: string }[];
}

/** Models whose decisions our model cannot reproduce without judging Casbin's patterns for it. */
export const INEXPRESSIBLE: Record<string, string> = {
  "rbac_with_pattern_model.conf":
    "objects and subjects are matched by URL patterns (/book/:id); what is asked about is named nowhere in the policy",
  "rbac_with_all_pattern_model.conf":
    "the object asked about (/book/1) belongs to its group only by a URL pattern (/book/:id), in any domain",
};

/** Models translated by writing out, once, what a pattern covers among the actions that the policy itself names. */
export const EXPANDED: Record<string, string> = {
  "rbac_with_different_types_of_roles_model.conf":
    "the expression (read|write) becomes a grant of read and one of write",
  "rbac_with_domains_conditional_model.conf":
    "/* becomes a grant of every plain action that the policy names for the service; /user/* and /get/:id/* cover none",
};

/** Lines whose answers come from Go code that neither the policy nor the stated operations show. */
export const UNSTATED: { source: string; why: string }[] = [512, 513, 514, 515, 516, 517, 518, 519].map((line) => ({
  source: `model_test.go:${line}`,
  why: "SetRoleManager replaces the policy's role links by links written in Go; that they agree would prove nothing",
}));

/** Every bounded window of the policies lies wholly before or after this moment. */
const AT = "2040-01-01T00:00:00.000Z";

type Row = readonly string[];

interface Line {
  model: string;
  policy: string;
  request: Row;
  expected: boolean;
  source: string;
  after_ops?: Row;
}

interface Facts {
  p: Row[];
  g: Row[];
  g2: Row[];
  /** Beginnings of the links whose window Casbin was asked to judge; without that it ignores the window. */
  timed: Row[];
}

interface Dialect {
  /** What a request or rule, its subject left out, is about. */
  place(cells: Row, facts: Facts): { permission: string; scope: string | null };
  /** The columns in which a link states where and when it holds. */
  link?: { domain?: number; from?: number; until?: number };
  /** A rule with a pattern, written out as rules without. */
  expand?(rule: Row, facts: Facts): Row[];
  /** The column of a rule's effect, and the answer where no rule speaks. */
  effect?: { column: number; byDefault: "allow" | "deny" };
}

const PLAIN: Dialect = { place: ([object, action]) => ({ permission: `${object}:${action}`, scope: null }) };

const DOMAINS: Dialect = {
  place: ([domain = "", object, action]) => ({ permission: `${object}:${action}`, scope: domain }),
  link: { domain: 2, from: 3, until: 4 },
};

/** Objects that belong to groups of objects: a group is a scope and its members lie below it. */
const OBJECTS: Dialect = {
  place: ([object = "", action], facts) => ({ permission: `object:${action}`, scope: path(object, facts) }),
};

const DIALECTS: Record<string, Dialect> = {
  "rbac_model.conf": PLAIN,
  "rbac_model_in_multi_line.conf": PLAIN,
  "rbac_with_deny_model.conf": { ...PLAIN, effect: { column: 3, byDefault: "deny" } },
  "rbac_with_not_deny_model.conf": { ...PLAIN, effect: { column: 3, byDefault: "allow" } },
  "rbac_with_temporal_roles_model.conf": { ...PLAIN, link: { from: 2, until: 3 } },
  "rbac_with_resource_roles_model.conf": OBJECTS,
  "rbac_with_domains_model.conf": DOMAINS,
  "rbac_with_domain_pattern_model.conf": DOMAINS,
  "rbac_with_domain_temporal_roles_model.conf": DOMAINS,
  "rbac_with_domains_conditional_model.conf": {
    ...DOMAINS,
    expand: ([role = "", domain = "", object = "", pattern = ""], facts) => {
      const actions = facts.p.filter((rule) => rule[2] === object).map((rule) => rule[3] ?? "");
      const covered = actions.filter((action) => !/[:*]/.test(action) && keyMatch(action, pattern));
      return covered.map((action) => [role, domain, object, action]);
    },
  },
  "rbac_with_different_types_of_roles_model.conf": {
    ...OBJECTS,
    link: { domain: 2, from: 3, until: 4 },
    expand: ([role = "", domain = "", , words = ""]) => (words.match(/\w+/g) ?? []).map((word) => [role, domain, word]),
  },
};

type Operation = (facts: Facts, names: Row, from: number) => Partial<Facts>;

const addLink: Operation = ({ g }, row) => ({ g: added(g, row) });
const removeLink: Operation = ({ g }, row) => ({ g: without(g, row) });
const timeLink: Operation = ({ timed }, [, ...beginning]) => ({ timed: [...timed, beginning] });

/** What the tests did to a loaded policy before they asked; any other is an error or UNSTATED, not a guess. */
const OPERATIONS: Record<string, Operation> = {
  AddPolicy: ({ p }, row) => ({ p: added(p, row) }),
  RemovePolicy: ({ p }, row) => ({ p: without(p, row) }),
  RemoveFilteredPolicy: ({ p }, row, from) => ({ p: without(p, row, from) }),
  AddGroupingPolicy: addLink,
  RemoveGroupingPolicy: removeLink,
  AddRoleForUser: addLink,
  AddRolesForUser: ({ g }, [user = "", ...roles]) => ({ g: roles.reduce((to, role) => added(to, [user, role]), g) }),
  DeleteRoleForUser: removeLink,
  DeleteRolesForUser: removeLink,
  DeleteUser: ({ p, g }, row) => ({ p: without(p, row), g: without(g, row) }),
  DeleteRole: ({ p, g }, row) => ({ p: without(p, row), g: without(without(g, row), row, 1) }),
  AddNamedLinkConditionFunc: timeLink,
  AddNamedDomainLinkConditionFunc: timeLink,
  // The only pattern that a domain of these policies is: "*", which `placed` reads as the root.
  AddNamedDomainMatchingFunc: () => ({}),
};

export function casbinCases(): CasbinCase[] {
  const unstated = new Set(UNSTATED.map(({ source }) => source));
  const groups = new Map<string, Line[]>();
  for (const line of casbinLines()) {
    if (line.model in INEXPRESSIBLE || unstated.has(line.source)) continue;
    const key = JSON.stringify([line.model, line.policy, line.after_ops]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map(translated);
}

export function casbinLines(): Line[] {
  return textLines("decisions.jsonl").map((line): Line => JSON.parse(line));
}

function translated(lines: readonly Line[]): CasbinCase {
  const { model, policy, after_ops = [] } = lines[0] ?? fail("no decisions");
  const dialect = DIALECTS[model] ?? fail(`no dialect for ${model}`);
  const facts = after_ops.reduce(operated, loaded(policy));
  const decisions = lines.map(({ request, expected, source }) => {
    const asked = { user: request[0] ?? fail(`nobody asks in ${source}`), ...dialect.place(request.slice(1), facts) };
    return { question: { ...asked, own: false, at: AT, activate: [], assume: [] }, expected, source };
  });
  const questions = decisions.map(({ question }) => question);
  return { model, policy, document: documentOf(facts, dialect, questions), decisions };
}

function documentOf(facts: Facts, dialect: Dialect, asked: { user: string; permission: string }[]): PlainDocument {
  const permissions = new Set(asked.map(({ permission }) => permission));
  const roles: Record<string, Record<"grants" | "denies", (string | PlainGrant)[]>> = {};
  const users: Record<string, { roles: (string | PlainHolding)[] }> = {};
  const roleOf = (name: string) => (roles[name] ??= { grants: [], denies: [] });
  const userOf = (name: string) => (users[name] ??= { roles: [] });

  for (const rule of facts.p.flatMap((row) => dialect.expand?.(row, facts) ?? [row])) {
    const { permission, scope } = dialect.place(rule.slice(1), facts);
    permissions.add(permission);
    // The models compare a rule's domain by equality, so "*" answers no domain that a question could name.
    if (scope === "*") continue;
    const list = rule[dialect.effect?.column ?? Number.NaN] === "deny" ? "denies" : "grants";
    roleOf(rule[0] ?? "")[list].push(scope === null ? permission : { permission, scope });
  }
  for (const row of facts.g) {
    const [user = "", role = ""] = row;
    if (facts.g.some((other) => other[1] === user)) fail(`${user} is a role that inherits, which no case here has`);
    roleOf(role);
    userOf(user).roles.push({ role, ...placed(row, facts, dialect) });
  }
  for (const { user } of asked) userOf(user);
  // Casbin writes rules for people too; here somebody's own rules are a role of their name that only they hold.
  for (const [name, user] of Object.entries(users)) if (name in roles) user.roles.push(name);

  const everyone = dialect.effect?.byDefault === "allow" ? ["anybody"] : [];
  for (const name of everyone) roleOf(name).grants.push("*:*");
  return { rbac: 1, permissions: [...permissions], roles, users, everyone };
}

function placed(row: Row, facts: Facts, { link = {} }: Dialect): Omit<PlainHolding, "role"> {
  const cell = (column = Number.NaN) => row[column] ?? "_";
  const isTimed = facts.timed.some((beginning) => beginning.every((name, column) => row[column] === name));
  const domain = cell(link.domain);
  return {
    ...(domain !== "_" && domain !== "*" && { scope: path(domain, facts) }),
    ...(isTimed && cell(link.from) !== "_" && { from: time(cell(link.from)) }),
    ...(isTimed && cell(link.until) !== "_" && { until: time(cell(link.until)) }),
  };
}

/** The scope of an object: below the group that it belongs to, if it belongs to one. */
function path(object: string, facts: Facts): string {
  const groups = facts.g2.filter(([member]) => member === object).map((row) => row[1] ?? "");
  if (groups.length > 1) fail(`${object} is in several groups, and a scope has one parent`);
  return [...groups.map((group) => path(group, facts)), object].join("/");
}

/** Casbin's own wildcard: ":name" is one segment and a last "/*" is any rest. */
function keyMatch(action: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replaceAll("/*", "/.*").replaceAll(/:[^/]+/g, "[^/]+")}$`).test(action);
}

function time(written: string): string {
  return `${written.replace(" ", "T")}.000Z`;
}

function loaded(policy: string): Facts {
  const rows = textLines(policy).map((line) => line.split(",").map((cell) => cell.trim()));
  const section = (kind: string) => rows.filter((row) => row[0] === kind).map((row) => row.slice(1));
  return { p: section("p"), g: section("g"), g2: section("g2"), timed: [] };
}

function operated(facts: Facts, text: string): Facts {
  const [, name = "", inside = ""] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  const operation = OPERATIONS[name] ?? fail(`unknown operation ${text}`);
  if (name.endsWith("ConditionFunc") && !inside.endsWith("TimeMatchFunc")) fail(`unknown condition in ${text}`);
  const names = [...inside.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
  return { ...facts, ...operation(facts, names, Number.parseInt(inside, 10) || 0) };
}

function added(rows: Row[], row: Row): Row[] {
  return [...rows.filter((other) => other.join() !== row.join()), row];
}

/** The rows that do not have the given names from the given column on. */
function without(rows: Row[], names: Row, from = 0): Row[] {
  return rows.filter((row) => !names.every((name, position) => row[from + position] === name));
}

function textLines(file: string): string[] {
  const lines = readFileSync(new URL(file, CASBIN_DATA), "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "");
}

function fail(message: string): never {
  throw new Error(message);
}
