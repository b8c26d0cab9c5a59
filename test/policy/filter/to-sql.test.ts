/** What a filter says in SQL, piece by piece, for either dialect; that the rows are right is held on real databases. */
import { describe, expect, it } from "vitest";
import { askerOf } from "../../../src/policy/evaluate/walk.ts";
import { filterOf } from "../../../src/policy/filter/filter.ts";
import type { FilterColumn } from "../../../src/policy/filter/sql-columns.ts";
import { AT, errorOf, indexFrom } from "../../support/documents.ts";

const COLUMNS = new Map<string, FilterColumn>(
  (
    ["flag:bool", "other:bool", "n:number", "m:number", "s:string", "t:string", "state:string", "kind:number"] as const
  ).map((text) => {
    const [name, type] = text.split(":") as [string, FilterColumn["type"]];
    return [`resource.${name}`, { column: `p.${name}`, type }];
  }),
);
const GIVEN = { subject: { team: "red", level: 3, sure: true }, context: { list: ["a", 1], none: [] } };

function filtered(when: string, dialect: "sqlite" | "postgres", effect: "grants" | "denies" = "grants") {
  const conditional = { permission: "posts:read", when };
  const reader = effect === "grants" ? { grants: [conditional] } : { grants: ["posts:read"], denies: [conditional] };
  const index = indexFrom({
    rbac: 1,
    permissions: ["posts:read", "docs:read"],
    attributes: { posts: {} },
    roles: { reader },
    users: { ann: { roles: ["reader"] } },
  });
  const question = { ...askerOf("ann", AT, { given: GIVEN }), permission: "posts:read", owner: null, scope: null };
  const rows = { dialect, attributes: COLUMNS, owner: undefined, scope: undefined, firstParameter: 1 };
  return filterOf(index, question, rows);
}

const SAYABLE = [
  ...["resource.flag", "!resource.flag", "resource.flag != true", "resource.flag == resource.other"],
  ...["resource.flag != resource.other", "resource.n < 3", "resource.n == 9007199254740992", "!(resource.n >= -1.5)"],
  ...[
    "resource.n == resource.m",
    "resource.n < resource.m",
    'resource.s == "a"',
    'resource.s < "10"',
    'resource.s >= "b"',
  ],
  ...["resource.s == resource.t", "resource.s > resource.t", 'resource.s in ["a", "b"]', '!(resource.s in ["a", "b"])'],
  ...['resource.s in ["a", 1]', "resource.n in [1, 2]", "!(resource.n in [1, 2])", "resource.flag in [true]"],
  ...["has(resource.s)", "!has(resource.n)", "subject.team == resource.s", "subject.level < resource.n"],
  ...["resource.flag == subject.sure", "resource.s in context.list", '!(resource.s in ["a"])'],
];

describe.each(["sqlite", "postgres"] as const)("for %s", (dialect) => {
  it.each(SAYABLE)("%s, and its contrary in a deny, are one condition with parameters alone", (when) => {
    for (const effect of ["grants", "denies"] as const) {
      const { kind, sql } = filtered(when, dialect, effect);
      expect(["when", "never"]).toContain(kind);
      if (kind === "when") expect(sql.text).toMatch(/p\.(flag|other|n|m|s|t)\b/);
      expect(sql.text).not.toMatch(/red|9007199254740992/);
      expect(sql.text.match(dialect === "sqlite" ? /\?/g : /\$\d+/g)?.length ?? 0).toBe(sql.params.length);
    }
  });

  it.each([
    "resource.flag < resource.other",
    "resource.n == resource.s",
    'resource.n == "3"',
    "resource.s in context.missing",
    "context.unknown",
  ])("%s is true of no row", (when) => {
    expect(filtered(when, dialect)).toMatchObject({ kind: "never" });
  });

  it.each([
    ['cidr(resource.s, "10.0.0.0/8")', "CONDITION_NOT_SQL"],
    ["resource.s in resource.t", "CONDITION_NOT_SQL"],
    ["context.time < resource.s", "CONDITION_NOT_SQL"],
    ["resource.unmapped", "COLUMN_MISSING"],
  ])("%s is %s", (when, code) => {
    expect(errorOf(() => filtered(when, dialect)).code).toBe(code);
  });
});

describe("what is declared of the columns", () => {
  const declared = (when: string, owner?: string) => {
    const index = indexFrom({
      rbac: 1,
      permissions: ["posts:read"],
      attributes: { posts: { state: ["draft", "live"], flag: "number", other: "bool" } },
      roles: {
        reader: {
          grants: [{ permission: "posts:read", when }, "posts:read:own"],
          denies: [{ permission: "posts:read:own", when: 'resource.state == "draft"' }],
        },
      },
      users: { ann: { roles: ["reader"] } },
    });
    const given = { ...GIVEN, context: { word: "gone" } };
    const question = { ...askerOf("ann", AT, { given }), permission: "posts:read", owner: null, scope: null };
    const attributes = COLUMNS;
    return filterOf(index, question, { dialect: "sqlite", attributes, owner, scope: undefined, firstParameter: 1 });
  };

  it.each([
    ['resource.state == "live"', "when"],
    ['resource.state != "live"', "when"],
    ["resource.state == context.word", "never"],
    ["resource.flag == 3", "never"],
    ["has(context.more)", "never"],
    ["resource.other < subject.sure", "never"],
  ])("%s: %s", (when, kind) => {
    expect(declared(when)).toMatchObject({ kind });
  });

  it("the owner of a row is asked for by a column, whatever else is", () => {
    const { sql } = declared('resource.state == "live"', "p.author");
    expect(sql.text).toContain("p.author");
    expect(sql.params).toContain("ann");
  });

  it("a text that no database keeps is compared with no column", () => {
    expect(errorOf(() => filtered('resource.s == "a\\u0000b"', "postgres")).code).toBe("CONDITION_NOT_SQL");
  });
});
