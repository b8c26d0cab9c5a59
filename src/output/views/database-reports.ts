/** Views of what is done with a whole database: status, backup, copy, restore, migration, and SQL for a server. */

import type { CopyResult, DatabaseStatus, MigrationResult, ReplaceResult } from "../../policy/model/results.ts";
import type { RawText, View } from "../render.ts";
import { safe, toJson } from "../sanitize.ts";

/** Tables and settings as people call them; other names are words already, but for their `_`. */
const STATUS_WORDS: Readonly<Record<string, string>> = {
  inheritance: "inherited roles",
  everyone: "roles of everyone",
  policy: "settings of the policy",
  conditionals: "conditional grants",
  formers: "former names",
  freelist_count: "free pages",
  page_count: "pages",
};

/** @param named what a table or a setting is called */
function statusRows(status: DatabaseStatus, named: (name: string) => string): [string, string | number][] {
  const { path, format, revision, head, counts, files, settings } = status;
  return [
    ["path", path],
    ["format", format],
    ["revision", revision],
    ["head", head],
    ...Object.entries(counts).map(([name, count]): [string, number] => [named(name), count]),
    ...files.map((file): [string, string] => [file.path, `${file.bytes} bytes, mode ${file.mode}`]),
    ...Object.entries(settings).map(([name, value]): [string, string | number] => [named(name), value]),
  ];
}

export function statusView(status: DatabaseStatus): View {
  const { warnings } = status;
  const rows = statusRows(status, (name) => name);
  const shown = statusRows(status, (name) => STATUS_WORDS[name] ?? name.replaceAll("_", " "));
  return {
    json: status,
    table: { head: ["what", "value"], rows: [...rows, ...warnings.map((warning) => ["warning", warning])] },
    text: (style) => [
      ...shown.map(([what, value]) => `${style.faint(safe`${what}:`)} ${safe`${value}`}`),
      ...warnings.map((warning) => `${style.bad("warning:")} ${safe`${warning}`}`),
    ],
  };
}

/** The view after something was written to a file: a backup, an export. */
export const writtenFileView = (path: string): View => ({
  json: { path },
  table: { head: ["path"], rows: [[path]] },
  text: () => [],
  notices: [`wrote ${path}`],
});

/** What is said of a written file, as JSON or as a notice alone. */
export function writtenDocument(path: string, asJson: boolean, hints: readonly string[] = []): RawText {
  const { json, notices = [] } = writtenFileView(path);
  return { raw: asJson ? `${toJson(json)}\n` : "", notices: [...notices, ...hints] };
}

/** The view of a database copied to another location. */
export const copiedView = (copied: CopyResult): View => ({
  json: { changed: true, ...copied },
  table: { head: ["from", "to", "revision", "head"], rows: [[copied.from, copied.to, copied.revision, copied.head]] },
  text: () => [
    safe`copied ${copied.from} to ${copied.to}, verified: revision ${String(copied.revision)}, head ${copied.head}`,
  ],
});

/** The view of SQL statements that somebody else will run. */
export const sqlView = (sql: string): View => ({
  json: { sql },
  table: { head: ["sql"], rows: [[sql]] },
  text: () => sql.trimEnd().split("\n"),
});

export const restoredView = (
  { path, aside, revision, dryRun }: ReplaceResult & { readonly path: string; readonly dryRun: boolean },
  notices: readonly string[],
): View => ({
  json: { changed: true, dryRun, path, revision, aside: aside ?? null },
  table: { head: ["path", "revision", "aside"], rows: [[path, revision, aside ?? null]] },
  text: () => [safe`${dryRun ? "would restore" : "restored"} ${path} at revision ${revision}`],
  notices: [...(aside === undefined ? [] : [`the old database lies at ${aside}`]), ...notices],
});

/** The view of a migration from one format of the tables to another. */
export const migratedView = ({ from, to, backup, dryRun }: MigrationResult): View => ({
  json: { changed: from !== to, dryRun, from, to, backup: backup ?? null },
  table: { head: ["from", "to", "backup"], rows: [[from, to, backup ?? null]] },
  text: () => [
    from === to ? `format ${to}, nothing to do` : `format ${from} ${dryRun ? "would become" : "became"} ${to}`,
  ],
  notices: backup === undefined ? [] : [`the backup lies at ${backup}`],
});
