/**
 * Reads a document of YAML or JSON, given as a nested value, into facts and tests. Problems get the place of
 * their value.
 */
import type { Kind } from "../model/rows.ts";
import { BUT_ON_DENY } from "../rules/conditional-faults.ts";
import { type Fact, NO_LINT, type ParsedDocument } from "./facts.ts";
import { type Fields, NestedValues } from "./nested-values.ts";
import type { DocumentPath, Problems, Source } from "./problems.ts";
import { readFact } from "./read-conditional.ts";
import { readLint } from "./read-lint.ts";
import { readPart } from "./read-part.ts";
import { readTests } from "./read-tests.ts";
import { SECTIONS, type Section } from "./sections.ts";

const TOP_KEYS = ["rbac", ...SECTIONS.keys(), "tests", "lint", "part"];

/** Reads one nested document. Faults are added to `problems`; everything else is returned. */
export function readDocument(source: Source, value: unknown, problems: Problems): ParsedDocument {
  const reader = new NestedReader(source, problems);
  const top = reader.map([], value, TOP_KEYS);
  if (!("rbac" in top)) reader.problem([], "HEADER_MISSING", "this is no policy document: it lacks the line rbac: 1");
  else if (top.rbac !== 1) reader.problem(["rbac"], "VERSION_UNKNOWN", "the only version of the format is rbac: 1");
  for (const [section, kinds] of SECTIONS) {
    if (!(section in top)) continue;
    reader.sections.add(section);
    for (const kind of kinds.slice(0, 1)) SECTION_READERS[kind](reader, [section], top[section]);
  }
  const tests = "tests" in top ? readTests(reader, ["tests"], top.tests) : [];
  const lint = "lint" in top ? readLint(reader, ["lint"], top.lint) : NO_LINT;
  const place = { source, path: "part" in top ? ["part"] : [] };
  const part = "part" in top ? readPart(place, top.part, problems) : undefined;
  return { part, place, sections: reader.sections, facts: reader.facts, tests, lint };
}

type SectionReader = (reader: NestedReader, path: DocumentPath, value: unknown) => void;

const readRoles: SectionReader = (reader, path, value) => reader.roles(path, value);
const readUsers: SectionReader = (reader, path, value) => reader.users(path, value);

/** What reads the rows of each kind: kinds of one section are read together. */
const SECTION_READERS: { readonly [K in Kind]: SectionReader } = {
  permission: (reader, path, value) => reader.permissions(path, value),
  role: readRoles,
  user: readUsers,
  inheritance: readRoles,
  grant: readRoles,
  everyone: (reader, path, value) => reader.everyone(path, value),
  assignment: readUsers,
  constraint: (reader, path, value) => reader.constraints(path, value),
  policy: (reader, path, value) => reader.setting(path, value),
  conditional: readRoles,
  attribute: (reader, path, value) => reader.attributes(path, value),
  former: inNoDocument,
  identity: inNoDocument,
  approval: inNoDocument,
  "api-key": inNoDocument,
};

/** For kinds without a section, which no document can state. */
function inNoDocument(): void {}

class NestedReader extends NestedValues {
  readonly facts: Fact[] = [];
  readonly sections = new Set<Section>();

  /** Adds the fact of a row. */
  fact(kind: Kind, path: DocumentPath, written: Fields): void {
    const fact = readFact(this.reader, { source: this.source, path }, kind, written);
    if (fact) this.facts.push(fact);
  }

  permissions(path: DocumentPath, value: unknown): void {
    if (Array.isArray(value)) {
      value.forEach((permission, index) => {
        this.fact("permission", [...path, index], { permission });
      });
      return;
    }
    for (const [permission, entry] of Object.entries(this.map(path, value))) {
      const entryPath = [...path, permission];
      const fields =
        typeof entry === "string" ? { description: entry } : this.map(entryPath, entry, ["description", "was"]);
      this.fact("permission", entryPath, { ...fields, permission });
    }
  }

  roles(path: DocumentPath, value: unknown): void {
    for (const [role, entry] of Object.entries(this.map(path, value))) {
      const entryPath = [...path, role];
      const { inherits, grants, denies, ...fields } = this.map(entryPath, entry, [
        "description",
        "was",
        "inherits",
        "grants",
        "denies",
      ]);
      this.fact("role", entryPath, { ...fields, role });
      if (inherits !== undefined) {
        this.list([...entryPath, "inherits"], inherits).forEach((parent, index) => {
          this.fact("inheritance", [...entryPath, "inherits", index], { role, inherits: parent });
        });
      }
      if (grants !== undefined) this.grants([...entryPath, "grants"], grants, { role, effect: "allow" });
      if (denies !== undefined) this.grants([...entryPath, "denies"], denies, { role, effect: "deny" });
    }
  }

  grants(path: DocumentPath, value: unknown, common: Fields): void {
    this.list(path, value).forEach((entry, index) => {
      const fields = isPlain(entry)
        ? { permission: entry }
        : this.map([...path, index], entry, ["permission", "scope", "when", "but", "reason"]);
      this.grant([...path, index], { ...fields, ...common });
    });
  }

  /** A grant with a condition, or with something left out, is of a kind of its own; an empty `but` is none. */
  grant(path: DocumentPath, fields: Fields): void {
    const { when, but, ...plain } = fields;
    const silent = Object.entries({ when, but }).filter(([, value]) => value === null);
    for (const [key] of silent)
      this.problem([...path, key], "VALUE_INVALID", `${key} says nothing: give it a value, or leave it out`);
    if (but !== undefined && fields.effect === "deny") this.problem([...path, "but"], "BUT_INVALID", BUT_ON_DENY);
    else if (when === undefined && isEmpty(but)) this.fact("grant", path, plain);
    else if (silent.length === 0) this.fact("conditional", path, fields);
  }

  attributes(path: DocumentPath, value: unknown): void {
    for (const [resource, entry] of Object.entries(this.map(path, value))) {
      const ofResource = [...path, resource];
      for (const [attribute, type] of Object.entries(this.map(ofResource, entry))) {
        const row = Array.isArray(type) ? { type: "string", values: type } : { type };
        this.fact("attribute", [...ofResource, attribute], { resource, attribute, ...row });
      }
    }
  }

  users(path: DocumentPath, value: unknown): void {
    for (const [user, entry] of Object.entries(this.map(path, value))) {
      const entryPath = [...path, user];
      const { roles, ...fields } = this.map(entryPath, entry, ["email", "name", "disabled", "was", "roles"]);
      this.fact("user", entryPath, { ...fields, user });
      if (roles === undefined) continue;
      this.list([...entryPath, "roles"], roles).forEach((assignment, index) => {
        const assignmentPath = [...entryPath, "roles", index];
        const row = isPlain(assignment)
          ? { role: assignment }
          : this.map(assignmentPath, assignment, ["role", "scope", "from", "until", "reason"]);
        this.fact("assignment", assignmentPath, { ...row, user });
      });
    }
  }

  everyone(path: DocumentPath, value: unknown): void {
    this.list(path, value).forEach((role, index) => {
      this.fact("everyone", [...path, index], { role });
    });
  }

  constraints(path: DocumentPath, value: unknown): void {
    for (const [constraint, entry] of Object.entries(this.map(path, value))) {
      const entryPath = [...path, constraint];
      const { kind: type, ...fields } = this.map(entryPath, entry, [
        "kind",
        "roles",
        "limit",
        "needs",
        "was",
        "reason",
      ]);
      if (type === undefined) this.problem(entryPath, "KEY_MISSING", "kind is missing from this constraint");
      else this.fact("constraint", entryPath, { ...fields, type, constraint });
    }
  }

  setting(path: DocumentPath, value: unknown): void {
    const [setting] = path; // A setting is a section.
    if (value === true) this.fact("policy", path, { setting });
    else if (value !== false) this.problem(path, "VALUE_INVALID", `${setting} is true or false`);
  }
}

const isEmpty = (but: unknown): boolean => but === undefined || (Array.isArray(but) && but.length === 0);

const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null;
