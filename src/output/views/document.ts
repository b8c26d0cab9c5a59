/** Writes a policy as text: as a document that can be seeded again, or as a report that cannot. */

import { wrong } from "../../errors.ts";
import { SECTIONS, sectionsOfPart } from "../../policy/document/sections.ts";
import { isList, snapshot, type Tree } from "../../policy/document/snapshot.ts";
import type { Matrix } from "../../policy/evaluate/matrix.ts";
import { by, byBytes } from "../../policy/model/byte-order.ts";
import type { Policy } from "../../policy/model/policy.ts";
import { allFields } from "../../policy/model/records.ts";
import type { AnyRow, Kind } from "../../policy/model/rows.ts";
import type { Part } from "../../policy/part/part.ts";
import { partTexts } from "../../policy/part/part-texts.ts";
import { toCsv } from "../csv.ts";
import { escapeJson, sanitize } from "../sanitize.ts";
import type { YamlLimits } from "../yaml-document.ts";

/** The formats of an export. The first three lose nothing. */
export const EXPORTS = ["yaml", "json", "ndjson", "csv", "markdown"] as const;
/** The formats that need the whole policy in memory. NDJSON needs one row at a time. */
type WholePolicyFormat = Exclude<(typeof EXPORTS)[number], "ndjson">;

/** What some formats need in addition to the policy. */
interface FormatNeeds extends YamlLimits {
  /** The part of which the policy has the rows. */
  readonly part?: Part | undefined;
  matrix(): Promise<Matrix>;
}

/** The text of a policy in a format. @throws RbacError (exit 2) when it is too large to be read again. */
export async function toDocument(policy: Policy, format: WholePolicyFormat, needs: FormatNeeds): Promise<string> {
  const { part } = needs;
  const writers: { readonly [F in WholePolicyFormat]: () => string | Promise<string> } = {
    yaml: async () => (await import("../yaml-document.ts")).toYamlDocument(policy, needs, part),
    json: () => toJsonDocument(policy, part),
    csv: () => toCsvDocument(policy),
    markdown: async () => {
      if (part) throw wrong("VALUE_INVALID", "markdown is a page about the whole policy: export a part as yaml or csv");
      return toMarkdown(policy, await needs.matrix());
    },
  };
  return writers[format]();
}

/** Canonical JSON of a document: keys in the order of the snapshot, one record a line. */
export const toJsonDocument = (policy: Policy, part?: Part): string =>
  escapeJson(`${jsonOf(snapshot(policy, part), 0)}\n`);

/** Above this depth each item has a line of its own. */
const SPREAD_DEPTH = 2;

function jsonOf(tree: Tree, depth: number): string {
  if (typeof tree !== "object") return JSON.stringify(tree);
  const items = isList(tree)
    ? tree.map((item) => jsonOf(item, depth + 1))
    : [...tree].map(([key, value]) => `${JSON.stringify(key)}: ${jsonOf(value, depth + 1)}`);
  const [open, close] = isList(tree) ? "[]" : "{}";
  if (items.length === 0 || depth >= SPREAD_DEPTH) return `${open}${items.join(", ")}${close}`;
  const indent = "  ".repeat(depth);
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`;
}

/** NDJSON: a header, one row a line, and the count. @param rows in the order of an export */
export async function* toNdjson(
  rows: AsyncIterable<readonly [Kind, AnyRow]> | Iterable<readonly [Kind, AnyRow]>,
  part?: Part,
): AsyncIterable<string> {
  const header = part
    ? { rbac: 1, part: Object.fromEntries(partTexts(part)), sections: sectionsOfPart(part) }
    : { rbac: 1, sections: [...SECTIONS.keys()] };
  let [text, count] = [`${JSON.stringify(header)}\n`, 0];
  for await (const [kind, row] of rows) {
    const fields = allFields(kind);
    text += `${JSON.stringify({ kind, ...Object.fromEntries(fields.map((field) => [field, row[field]])) })}\n`;
    count += 1;
    if (text.length < CHUNK_LENGTH) continue;
    yield escapeJson(text);
    text = "";
  }
  yield escapeJson(`${text}${JSON.stringify({ end: count })}\n`);
}

/** NDJSON is yielded in texts of about this length, in UTF-16 units. */
const CHUNK_LENGTH = 1 << 16;

/** The assignments as CSV, one a line. A user without assignments has one line, too. */
function toCsvDocument(policy: Policy): string {
  const assigned = [...policy.assignment.values()].map(({ user, role, scope, from, until }) => [
    user,
    role,
    scope ?? "",
    from ?? "",
    until ?? "",
    "",
  ]);
  const holders = new Set(assigned.map(([user]) => user));
  const unassigned = [...policy.user.keys()]
    .filter((user) => !holders.has(user))
    .map((user) => [user, "", "", "", "", ""]);
  const rows = [...assigned, ...unassigned].sort(by((row) => row.join("\0")));
  return toCsv([["user", "role", "scope", "from", "until", "reason"], ...rows]);
}

const markdownCell = (text: string): string => sanitize(text).replaceAll("|", "\\|");

function markdownTable(head: readonly string[], rows: Iterable<readonly string[]>): string {
  const line = (row: readonly string[]) => `| ${row.map(markdownCell).join(" | ")} |\n`;
  let text = line(head) + line(head.map(() => "---"));
  for (const row of rows) text += line(row);
  return text;
}

/** The rows of a matrix, one for each permission, made when they are read. */
function* permissionRows({ permission: described }: Policy, { permissions, columns }: Matrix): Iterable<string[]> {
  const names = permissions.values();
  for (const cells of columns) {
    const name = names.next().value ?? "";
    yield [name, described.get(name)?.description ?? "", ...cells];
  }
}

/** The policy as a Markdown page: what each role may do, and who holds it. */
function toMarkdown(policy: Policy, matrix: Matrix): string {
  const assignments = [...policy.assignment.values()]
    .sort(by((row) => `${row.user}\0${row.role}\0${row.scope ?? ""}`))
    .map(({ user, role, scope, from, until }) => [user, role, scope ?? "everywhere", from ?? "", until ?? ""]);
  const everyone = [...policy.everyone.keys()]
    .sort(byBytes)
    .map((role) => `- ${markdownCell(role)}\n`)
    .join("");
  return [
    "# Roles and permissions\n",
    markdownTable(["permission", "description", ...matrix.names], permissionRows(policy, matrix)),
    "# Everyone\n",
    everyone,
    "# Assignments\n",
    markdownTable(["user", "role", "scope", "from", "until"], assignments),
  ].join("\n");
}
