/** A policy as text: documents that can be seeded again, and reports that cannot. */

import { isList, snapshot, type Tree } from "../../policy/document/snapshot.ts";
import type { Matrix } from "../../policy/evaluate/matrix.ts";
import { by, byBytes } from "../../policy/model/byte-order.ts";
import { type AnyRow, type Kind, type Policy, RECORDS, SECTIONS } from "../../policy/model/policy.ts";
import { toCsv } from "../csv.ts";
import { escapeJson, sanitize } from "../sanitize.ts";
import type { YamlLimits } from "../yaml.ts";

/** What an export can be written as; the first three lose nothing. */
export const EXPORTS = ["yaml", "json", "ndjson", "csv", "markdown"] as const;
/** But for NDJSON, which needs no more of the policy than a row at a time. */
type Held = Exclude<(typeof EXPORTS)[number], "ndjson">;

/** What some formats need besides the policy. */
interface Means extends YamlLimits {
  matrix(): Promise<Matrix>;
}

/** The text of a policy in a format. @throws RbacError (exit 2) where it could not be read again. */
export async function toDocument(policy: Policy, format: Held, means: Means): Promise<string> {
  const written: { readonly [F in Held]: () => string | Promise<string> } = {
    yaml: async () => (await import("../yaml.ts")).toYamlDocument(policy, means),
    json: () => toJsonDocument(policy),
    csv: () => toCsvDocument(policy),
    markdown: async () => toMarkdown(policy, await means.matrix()),
  };
  return written[format]();
}

/** Canonical JSON of a document: keys in the order of the snapshot, one record a line. */
export const toJsonDocument = (policy: Policy): string => escapeJson(`${jsonOf(snapshot(policy), 0)}\n`);

const SPREAD = 2;

function jsonOf(tree: Tree, depth: number): string {
  if (typeof tree !== "object") return JSON.stringify(tree);
  const items = isList(tree)
    ? tree.map((item) => jsonOf(item, depth + 1))
    : [...tree].map(([key, value]) => `${JSON.stringify(key)}: ${jsonOf(value, depth + 1)}`);
  const [open, close] = isList(tree) ? "[]" : "{}";
  if (items.length === 0 || depth >= SPREAD) return `${open}${items.join(", ")}${close}`;
  const indent = "  ".repeat(depth);
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`;
}

/** NDJSON: a header, one row a line, and the count of the rows; they come in the order of `sortedRows`. */
export async function* toNdjson(
  rows: AsyncIterable<readonly [Kind, AnyRow]> | Iterable<readonly [Kind, AnyRow]>,
): AsyncIterable<string> {
  let [text, count] = [`${JSON.stringify({ rbac: 1, sections: Object.keys(SECTIONS) })}\n`, 0];
  for await (const [kind, row] of rows) {
    const fields: readonly string[] = [...RECORDS[kind].key, ...RECORDS[kind].fields];
    text += `${JSON.stringify({ kind, ...Object.fromEntries(fields.map((field) => [field, row[field]])) })}\n`;
    count += 1;
    if (text.length < PART) continue;
    yield escapeJson(text);
    text = "";
  }
  yield escapeJson(`${text}${JSON.stringify({ end: count })}\n`);
}

/** So many characters are written at a time. */
const PART = 1 << 16;

/** The assignments as CSV, one a line; a user without any has a line of their own. */
export function toCsvDocument(policy: Policy): string {
  const held = [...policy.assignment.values()].map(({ user, role, scope, from, until }) => [
    user,
    role,
    scope ?? "",
    from ?? "",
    until ?? "",
    "",
  ]);
  const holders = new Set(held.map(([user]) => user));
  const idle = [...policy.user.keys()].filter((user) => !holders.has(user)).map((user) => [user, "", "", "", "", ""]);
  const rows = [...held, ...idle].sort(by((row) => row.join("\0")));
  return toCsv([["user", "role", "scope", "from", "until", "reason"], ...rows]);
}

const markdownCell = (text: string): string => sanitize(text).replaceAll("|", "\\|");

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(markdownCell).join(" | ")} |\n`).join("");

/** The policy as a page to read: what each role may do, and who holds it. */
export function toMarkdown(policy: Policy, { permissions, rows }: Matrix): string {
  const described = permissions.map((permission, at) => [
    permission,
    policy.permission.get(permission)?.description ?? "",
    ...rows.map(({ cells }) => cells[at] ?? "–"),
  ]);
  const held = [...policy.assignment.values()]
    .sort(by((row) => `${row.user}\0${row.role}\0${row.scope ?? ""}`))
    .map(({ user, role, scope, from, until }) => [user, role, scope ?? "everywhere", from ?? "", until ?? ""]);
  const everyone = [...policy.everyone.keys()]
    .sort(byBytes)
    .map((role) => `- ${markdownCell(role)}\n`)
    .join("");
  return [
    "# Roles and permissions\n",
    markdownTable(["permission", "description", ...rows.map(({ name }) => name)], described),
    "# Everyone\n",
    everyone,
    "# Assignments\n",
    markdownTable(["user", "role", "scope", "from", "until"], held),
  ].join("\n");
}
