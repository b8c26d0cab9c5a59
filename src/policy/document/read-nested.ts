/**
 * Reads a document of YAML or JSON, given as a nested value, into facts and tests. Problems get the place of
 * their value.
 */
import type { ErrorCode } from "../../errors.ts";
import { parsePermission } from "../model/permissions.ts";
import type { Kind } from "../model/rows.ts";
import { type Fact, FactReader, type ParsedDocument, type Test } from "./facts.ts";
import { type DocumentPath, type Problems, type Source, unknownKey } from "./problems.ts";
import { readPart } from "./read-part.ts";
import { SECTIONS, type Section } from "./sections.ts";

type Fields = Readonly<Record<string, unknown>>;
const TOP_KEYS = ["rbac", ...SECTIONS.keys(), "tests", "part"];
const TEST_KEYS = ["user", "stranger", "assume", "activate", "scope", "owner", "at", "can", "cannot", "has"];

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
  if ("tests" in top) reader.tests(["tests"], top.tests);
  const place = { source, path: "part" in top ? ["part"] : [] };
  const part = "part" in top ? readPart(place, top.part, problems) : undefined;
  return { part, place, sections: reader.sections, facts: reader.facts, tests: reader.parsedTests };
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
  conditional: inNoDocument,
  attribute: inNoDocument,
  former: inNoDocument,
  identity: inNoDocument,
  approval: inNoDocument,
};

/** For kinds without a section, which no document can state. */
function inNoDocument(): void {}

class NestedReader {
  readonly facts: Fact[] = [];
  readonly parsedTests: Test[] = [];
  readonly sections = new Set<Section>();
  readonly #source: Source;
  readonly #reader: FactReader;

  constructor(source: Source, problems: Problems) {
    this.#source = source;
    this.#reader = new FactReader(problems);
  }

  problem(path: DocumentPath, code: ErrorCode, message: string): void {
    this.#reader.problems.add({ source: this.#source, path }, code, message);
  }

  /** Reads a mapping; unknown keys are problems. Any other value is a problem, too, and reads as an empty mapping. */
  map(path: DocumentPath, value: unknown, keys?: readonly string[]): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.problem(
        path,
        "VALUE_INVALID",
        `${labelOf(path)} must be a mapping${value === null ? " ({} is an empty one)" : ""}`,
      );
      return {};
    }
    for (const key of keys ? Object.keys(value) : [])
      if (!keys?.includes(key)) this.problem([...path, key], "KEY_UNKNOWN", unknownKey(key, keys ?? []));
    return value as Fields;
  }

  list(path: DocumentPath, value: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.problem(path, "VALUE_INVALID", `${labelOf(path)} must be a list`);
    return [];
  }

  /** Adds the fact of a row. */
  fact(kind: Kind, path: DocumentPath, written: Fields): void {
    const fact = this.#reader.fact({ source: this.#source, path }, kind, written);
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
        : this.map([...path, index], entry, ["permission", "scope", "reason"]);
      this.fact("grant", [...path, index], { ...fields, ...common });
    });
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

  tests(path: DocumentPath, value: unknown): void {
    this.list(path, value).forEach((entry, index) => {
      const entryPath = [...path, index];
      const test = this.map(entryPath, entry, TEST_KEYS);
      const nameAt = (key: string) => (test[key] === undefined ? null : this.name(entryPath, key, test[key]));
      const namesAt = (key: string, read?: (text: string) => string) =>
        (test[key] === undefined ? [] : this.list([...entryPath, key], test[key])).flatMap(
          (name, i) => this.name([...entryPath, key, i], key, name, read) ?? [],
        );
      const can = namesAt("can", parsePermission);
      const cannot = namesAt("cannot", parsePermission);
      const has = namesAt("has");
      if (can.length + cannot.length + has.length === 0)
        this.problem(entryPath, "KEY_MISSING", "a test needs can, cannot or has");
      if (test.stranger !== undefined && test.stranger !== true)
        this.problem([...entryPath, "stranger"], "VALUE_INVALID", "stranger is true, or left out");
      if (test.user === undefined && test.assume === undefined && test.stranger === undefined)
        this.problem(entryPath, "KEY_MISSING", "a test needs user, assume or stranger");
      if (test.user !== undefined && test.stranger !== undefined)
        this.problem([...entryPath, "user"], "SAID_TWICE", "a stranger has no name: say user or stranger");
      this.parsedTests.push({
        user: nameAt("user"),
        assume: namesAt("assume"),
        activate: namesAt("activate"),
        scope: nameAt("scope"),
        owner: nameAt("owner"),
        at: nameAt("at"),
        can,
        cannot,
        has,
        place: { source: this.#source, path: entryPath },
      });
    });
  }

  /** Reads a name in a test by the rule of its field, or by `read`. */
  name(path: DocumentPath, field: string, value: unknown, read?: (text: string) => string): string | null {
    const place = { source: this.#source, path };
    const name =
      read && typeof value === "string"
        ? this.#reader.problems.attempt(place, () => read(value))
        : this.#reader.field(place, null, field, value);
    return typeof name === "string" ? name : null;
  }
}

const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null;

const labelOf = (path: DocumentPath): string => (path.length === 0 ? "a document" : path.join("."));
