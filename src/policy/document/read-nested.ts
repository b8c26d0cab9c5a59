/** The document: the nested value that YAML or JSON holds, read into facts and tests with every problem at its place. */

import { nearest } from "../model/name-suggestions.ts";
import { parsePermission, quote } from "../model/names.ts";
import { type Kind, SECTIONS, type Section } from "../model/policy.ts";
import { type Fact, FactReader, type ParsedDocument, type Test } from "./facts.ts";
import type { DocumentPath, Problems, Source } from "./problems.ts";

type Fields = Readonly<Record<string, unknown>>;
const TOP = ["rbac", ...Object.keys(SECTIONS), "tests"];
const TEST_KEYS = ["user", "assume", "activate", "scope", "owner", "at", "can", "cannot", "has"];

/** Reads one nested document. What is wrong goes to `problems`; what could be read comes back. */
export function readDocument(source: Source, value: unknown, problems: Problems): ParsedDocument {
  const reader = new Reader(source, problems);
  const top = reader.map([], value, TOP);
  if (!("rbac" in top)) reader.problem([], "HEADER_MISSING", "this is no policy document: it lacks the line rbac: 1");
  else if (top.rbac !== 1) reader.problem(["rbac"], "VERSION_UNKNOWN", "the only version of the format is rbac: 1");
  for (const section of Object.keys(SECTIONS) as Section[]) {
    if (!(section in top)) continue;
    reader.sections.add(section);
    reader[section]([section], top[section]);
  }
  if ("tests" in top) reader.tests(["tests"], top.tests);
  return { sections: reader.sections, facts: reader.facts, tests: reader.asked };
}

class Reader {
  readonly facts: Fact[] = [];
  readonly asked: Test[] = [];
  readonly sections = new Set<Section>();
  readonly #source: Source;
  readonly #reader: FactReader;

  constructor(source: Source, problems: Problems) {
    this.#source = source;
    this.#reader = new FactReader(problems);
  }

  problem(path: DocumentPath, code: string, message: string): void {
    this.#reader.problems.add({ source: this.#source, path }, code, message);
  }

  /** A mapping with none but the known keys; anything else is a problem and reads as empty. */
  map(path: DocumentPath, value: unknown, keys?: readonly string[]): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.problem(
        path,
        "VALUE_INVALID",
        `${nameOf(path)} must be a mapping${value === null ? " ({} is an empty one)" : ""}`,
      );
      return {};
    }
    for (const key of keys ? Object.keys(value) : []) {
      if (keys?.includes(key)) continue;
      const near = nearest(key, keys ?? []);
      const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `known here: ${keys?.join(", ")}`;
      this.problem([...path, key], "KEY_UNKNOWN", `unknown key ${quote(key)}; ${hint}`);
    }
    return value as Fields;
  }

  list(path: DocumentPath, value: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.problem(path, "VALUE_INVALID", `${nameOf(path)} must be a list`);
    return [];
  }

  /** Adds the fact that a row stands. */
  fact(kind: Kind, path: DocumentPath, written: Fields): void {
    const fact = this.#reader.fact({ source: this.#source, path }, kind, written);
    if (fact) this.facts.push(fact);
  }

  permissions(path: DocumentPath, value: unknown): void {
    if (Array.isArray(value)) {
      value.forEach((permission, at) => {
        this.fact("permission", [...path, at], { permission });
      });
      return;
    }
    for (const [permission, said] of Object.entries(this.map(path, value))) {
      const here = [...path, permission];
      const fields = typeof said === "string" ? { description: said } : this.map(here, said, ["description"]);
      this.fact("permission", here, { ...fields, permission });
    }
  }

  roles(path: DocumentPath, value: unknown): void {
    for (const [role, said] of Object.entries(this.map(path, value))) {
      const here = [...path, role];
      const { inherits, grants, denies, ...fields } = this.map(here, said, [
        "description",
        "inherits",
        "grants",
        "denies",
      ]);
      this.fact("role", here, { ...fields, role });
      if (inherits !== undefined) {
        this.list([...here, "inherits"], inherits).forEach((parent, at) => {
          this.fact("inheritance", [...here, "inherits", at], { role, inherits: parent });
        });
      }
      if (grants !== undefined) this.grants([...here, "grants"], grants, { role, effect: "allow" });
      if (denies !== undefined) this.grants([...here, "denies"], denies, { role, effect: "deny" });
    }
  }

  grants(path: DocumentPath, value: unknown, of: Fields): void {
    this.list(path, value).forEach((said, at) => {
      const fields = isPlain(said)
        ? { permission: said }
        : this.map([...path, at], said, ["permission", "scope", "reason"]);
      this.fact("grant", [...path, at], { ...fields, ...of });
    });
  }

  users(path: DocumentPath, value: unknown): void {
    for (const [user, said] of Object.entries(this.map(path, value))) {
      const here = [...path, user];
      const { roles, ...fields } = this.map(here, said, ["email", "name", "disabled", "roles"]);
      this.fact("user", here, { ...fields, user });
      if (roles === undefined) continue;
      this.list([...here, "roles"], roles).forEach((held, at) => {
        const place = [...here, "roles", at];
        const row = isPlain(held)
          ? { role: held }
          : this.map(place, held, ["role", "scope", "from", "until", "reason"]);
        this.fact("assignment", place, { ...row, user });
      });
    }
  }

  everyone(path: DocumentPath, value: unknown): void {
    this.list(path, value).forEach((role, at) => {
      this.fact("everyone", [...path, at], { role });
    });
  }

  constraints(path: DocumentPath, value: unknown): void {
    for (const [constraint, said] of Object.entries(this.map(path, value))) {
      const here = [...path, constraint];
      const { kind: type, ...fields } = this.map(here, said, ["kind", "roles", "limit", "needs", "reason"]);
      if (type === undefined) this.problem(here, "KEY_MISSING", "kind is missing from this constraint");
      else this.fact("constraint", here, { ...fields, type, constraint });
    }
  }

  guarded(path: DocumentPath, value: unknown): void {
    if (value === true) this.fact("policy", path, { setting: "guarded" });
    else if (value !== false) this.problem(path, "VALUE_INVALID", "guarded is true or false");
  }

  tests(path: DocumentPath, value: unknown): void {
    this.list(path, value).forEach((said, at) => {
      const here = [...path, at];
      const test = this.map(here, said, TEST_KEYS);
      const one = (key: string) => (test[key] === undefined ? null : this.name(here, key, test[key]));
      const names = (key: string, read?: (text: string) => string) =>
        (test[key] === undefined ? [] : this.list([...here, key], test[key])).flatMap(
          (name, i) => this.name([...here, key, i], key, name, read) ?? [],
        );
      const can = names("can", parsePermission);
      const cannot = names("cannot", parsePermission);
      const has = names("has");
      if (can.length + cannot.length + has.length === 0)
        this.problem(here, "KEY_MISSING", "a test needs can, cannot or has");
      if (test.user === undefined && test.assume === undefined)
        this.problem(here, "KEY_MISSING", "a test needs user or assume");
      this.asked.push({
        user: one("user"),
        assume: names("assume"),
        activate: names("activate"),
        scope: one("scope"),
        owner: one("owner"),
        at: one("at"),
        can,
        cannot,
        has,
        place: { source: this.#source, path: here },
      });
    });
  }

  /** A name in a test, read by the field's own rule or the one given. */
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

const nameOf = (path: DocumentPath): string => (path.length === 0 ? "a document" : path.join("."));
