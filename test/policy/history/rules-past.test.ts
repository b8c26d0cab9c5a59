/**
 * Rules 11 and 12 in the core: who could between two moments, how a permission came and went, what is and what is no
 * snapshot.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../src/files/csv.ts";
import { readNdjson } from "../../../src/files/ndjson.ts";
import { wholeDocument } from "../../../src/policy/document/changes-to-document.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { endingWithin, withLosses } from "../../../src/policy/evaluate/expiring.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { historyOf, type RecordedChange, type Subject } from "../../../src/policy/history/ability-history.ts";
import { renamedPeople } from "../../../src/policy/history/renamed-people.ts";
import { whoCouldBetween } from "../../../src/policy/history/who-could.ts";
import { canonicalJson } from "../../../src/policy/model/canonical-json.ts";
import {
  added,
  apply,
  type Change,
  canonicalChange,
  changeOf,
  diff,
  formerNamesOf,
  removed,
} from "../../../src/policy/model/change.ts";
import { emptyDraft, type Policy } from "../../../src/policy/model/policy.ts";
import { errorOf, policyFrom, read } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import type { PlainDocument } from "../../support/oracle.ts";

const DOCUMENT: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:edit"],
  roles: { reader: { grants: ["posts:read"] }, writer: { inherits: ["reader"], grants: ["posts:edit:own"] } },
  users: {
    zoe: {
      roles: [
        { role: "reader", scope: "b" },
        { role: "reader", scope: "a" },
      ],
    },
    abe: { roles: ["writer"] },
  },
};

const day = (number: number): string => `2026-03-${String(number).padStart(2, "0")}T00:00:00.000Z`;

/** A record of one revision a day, each of some changes. */
const recorded = (...revisions: readonly (readonly Change[])[]): RecordedChange[] => {
  let seq = 0;
  return revisions.flatMap((changes, at) =>
    changes.map((change) => ({ seq: ++seq, revision: at + 1, at: day(at + 1), actor: "ann", reason: null, change })),
  );
};

const beginning = (policy: Policy): Change[] => diff(emptyDraft(), policy);

describe("rule 12: who could between two moments", () => {
  const policy = policyFrom(DOCUMENT);
  const between = (start: Policy, record: readonly RecordedChange[], permission = "posts:read") =>
    whoCouldBetween(start, record, permission, { since: day(1), until: day(9) }).map(
      ({ user, scope, since }) => `${user} ${scope ?? "everywhere"} ${since.slice(8, 10)}`,
    );

  it("lists users and their scopes in byte order, each since when", () => {
    expect(between(policy, [])).toEqual(["abe everywhere 01", "zoe a 01", "zoe b 01"]);
  });

  it("counts who could for a while, and a window that opened and closed by itself", () => {
    const window = { user: "zoe", role: "reader", scope: "c", from: day(4), until: day(5) };
    const record = recorded([], [removed("everyone", { role: "reader" })], [added("assignment", window)]);
    const start = apply(policy, [added("everyone", { role: "reader" })]);
    expect(between(start, record)).toEqual([
      "abe everywhere 01",
      "zoe everywhere 01",
      "zoe a 02",
      "zoe b 02",
      "zoe c 04",
    ]);
  });

  it("knows a permission from when it was listed, and refuses one that never was", () => {
    expect(between(emptyDraft(), recorded(beginning(policy)))).toHaveLength(3);
    expect(errorOf(() => between(emptyDraft(), [])).code).toBe("PERMISSION_NOT_FOUND");
  });
});

describe("history", () => {
  const policy = policyFrom(DOCUMENT);
  const turns = (subject: Subject, record: readonly RecordedChange[], permission?: string) =>
    historyOf(record, subject, permission, day(20)).map(
      ({ at, turn, permission: name, own, entries }) => `${at.slice(8, 10)} ${turn} ${name} ${own} ${entries.length}`,
    );
  const deny = { role: "writer", effect: "deny", permission: "posts:read:own", scope: null } as const;

  it("tells an owner's ability from that of others", () => {
    const record = recorded(beginning(policy), [added("grant", deny)], [removed("grant", deny)]);
    expect(turns({ user: "abe" }, record)).toEqual([
      "01 gained posts:edit only 2",
      "01 gained posts:read any 3",
      "02 lost posts:read only 1",
      "03 gained posts:read only 1",
    ]);
  });

  it("says nothing of somebody who never was, and counts a clock that was set back as later", () => {
    const record = recorded(beginning(policy), [removed("inheritance", { role: "writer", inherits: "reader" })]);
    const back = record.map((entry) => (entry.revision === 2 ? { ...entry, at: "2020-01-01T00:00:00.000Z" } : entry));
    expect(turns({ user: "nobody" }, back)).toEqual([]);
    expect(turns({ user: "abe" }, back, "posts:read").at(-1)).toBe("01 lost posts:read any 1");
    expect(turns({ role: "writer" }, [])).toEqual([]);
  });
});

describe("expiring", () => {
  it("is in the order of the ends, and names nothing that stays", () => {
    const ends = (role: string, scope: string | null, until: string) => ({ role, ...(scope && { scope }), until });
    const users = { zoe: { roles: [ends("reader", "b", day(9)), ends("reader", null, day(7)), "writer"] } };
    const index = indexPolicy(policyFrom({ ...DOCUMENT, users }));
    expect(
      endingWithin(index, day(1), day(30))
        .map((row) => withLosses(index, row))
        .map(({ until, scope, loses }) => [until, scope, loses]),
    ).toEqual([
      [day(7), null, []],
      [day(9), "b", []],
    ]);
  });
});

describe("rules 14 and 15: what states a whole policy", () => {
  const ndjson = (...lines: unknown[]) => {
    const rows = [...lines, { end: lines.length - 1 }].map((line) => JSON.stringify(line));
    return documentOf([readNdjson("p.ndjson", `${rows.join("\n")}\n`)]);
  };
  const role = { kind: "role", role: "chief" };

  it("NDJSON: rows belong to the sections of the header; a header without any leaves them to the rows", () => {
    expect([...ndjson({ rbac: 1, sections: ["roles"] }, role).sections]).toEqual(["roles"]);
    expect([...ndjson({ rbac: 1 }, role).sections]).toEqual(["roles"]);
    const { problems } = errorOf(() => ndjson({ rbac: 1, sections: ["users"] }, role));
    expect(problems.map(({ code, line }) => `${line} ${code}`)).toEqual(["2 SECTION_MISSING"]);
    for (const header of [{ rbac: 1, sections: 7 }, { rbac: 1, sectoins: [] }, 7])
      expect(() => ndjson(header, role)).toThrow();
  });

  it("CSV: a header without a line is no list of people", () => {
    const { problems } = errorOf(() => documentOf([readCsv("p.csv", "user,role\n")]));
    expect(problems.map(({ code }) => code)).toEqual(["RECORDS_MISSING"]);
  });

  it("a snapshot has every section", () => {
    expect(errorOf(() => wholeDocument(read(DOCUMENT))).message).toContain("everyone");
    expect(wholeDocument(read({ ...DOCUMENT, everyone: [] })).sections.size).toBe(4);
  });
});

describe("the canonical text of a change", () => {
  it("is that of any canonical JSON, and there is none for a change of nothing", () => {
    const changes = [
      added("role", { role: "chief", description: null }),
      removed("grant", { role: "chief", effect: "deny", permission: "*:*", scope: "a" }),
      changeOf(
        "user",
        { user: "b", email: null, name: null, disabled: true },
        { user: "b", email: "é", name: null, disabled: false },
      ),
    ] as Change[];
    for (const change of changes) expect(canonicalChange(change)).toBe(canonicalJson(change));
    const same = { ...changes[0], kind: "role.update", before: { description: null } } as unknown as Change;
    expect(canonicalChange(same)).toBeUndefined();
    const odd = { ...changes[0], after: 7 } as unknown as Change; // Its text is that of a change, so never its own.
    expect(canonicalChange(odd)).not.toBe(canonicalJson(odd));
  });
});

it("who was renamed between two revisions is one person, however often, and whoever has the name since is not", () => {
  const NAMES = ["a", "b", "c", "d"];
  const step = fc.tuple(fc.constantFrom("rename", "create", "delete"), fc.nat(3), fc.nat(3));
  let reused = 0;
  fc.assert(
    fc.property(fc.subarray(NAMES), fc.array(step, { maxLength: 12 }), (first, steps) => {
      const people = new Map(first.map((name) => [name, name]));
      const entries: { revision: number; change: Change }[] = [];
      const user = (name: string) => ({ user: name, email: null, name: null, disabled: false });
      for (const [at, [verb, from, to]] of steps.entries()) {
        const [name, other, revision] = [NAMES[from] ?? "", NAMES[to] ?? "", at + 2];
        const person = people.get(name);
        if (verb === "create" && person === undefined) people.set(name, `new at ${revision}`);
        if (person === undefined || verb === "create" || (verb === "rename" && people.has(other))) continue;
        people.delete(name);
        entries.push({ revision, change: removed("user", user(name)) });
        if (verb === "delete") continue;
        people.set(other, person);
        entries.push({ revision, change: added("former", { of: "user", name: other, former: name, revision }) });
      }
      const forward = formerNamesOf(renamedPeople(entries, false), "user");
      const back = formerNamesOf(renamedPeople(entries, true), "user");
      const standing = new Set(people.values());
      for (const [name, person] of people) {
        if (first.includes(person))
          expect([forward.get(name) ?? name, back.get(person) ?? person]).toEqual([person, name]);
        else if (standing.has(name)) {
          // Nobody of then: none, or a name that somebody new had for a while.
          expect(first).not.toContain(forward.get(name) ?? name);
          reused += 1;
        }
      }
    }),
    { numRuns: often(2000) },
  );
  expect(reused).toBeGreaterThan(3);
});
