/** Views of what is done with a whole database: status, backup, copy, restore, migration, and SQL for a server. */

import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";

interface StatusFields {
  readonly path: string;
  readonly format: number;
  readonly revision: number;
  readonly head: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly mode: string }[];
  readonly settings: Readonly<Record<string, string | number>>;
  readonly warnings: readonly string[];
}

export function statusView(status: StatusFields): View {
  const { path, format, revision, head, counts, files, settings, warnings } = status;
  const rows: [string, string | number][] = [
    ["path", path],
    ["format", format],
    ["revision", revision],
    ["head", head],
    ...Object.entries(counts),
    ...files.map((file): [string, string] => [file.path, `${file.bytes} bytes, mode ${file.mode}`]),
    ...Object.entries(settings),
  ];
  return {
    json: status,
    table: { head: ["what", "value"], rows: [...rows, ...warnings.map((warning) => ["warning", warning])] },
    text: (colors) => [
      ...rows.map(([what, value]) => `${colors.faint(safe`${what}:`)} ${safe`${value}`}`),
      ...warnings.map((warning) => `${colors.bad("warning:")} ${safe`${warning}`}`),
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

interface CopiedDatabase {
  readonly from: string;
  readonly to: string;
  readonly revision: number;
  readonly head: string;
}

/** The view of a database copied to another location. */
export const copiedView = (copied: CopiedDatabase): View => ({
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

interface RestoredDatabase {
  readonly path: string;
  /** Where the old database was moved. */
  readonly aside: string | undefined;
  readonly revision: number;
  readonly dryRun: boolean;
}

export const restoredView = (
  { path, aside, revision, dryRun }: RestoredDatabase,
  notices: readonly string[],
): View => ({
  json: { changed: true, dryRun, path, revision, aside: aside ?? null },
  table: { head: ["path", "revision", "aside"], rows: [[path, revision, aside ?? null]] },
  text: () => [safe`${dryRun ? "would restore" : "restored"} ${path} at revision ${revision}`],
  notices: [...(aside === undefined ? [] : [`the old database lies at ${aside}`]), ...notices],
});

/** The view of a migration from one format of the tables to another. */
export const migratedView = ({
  from,
  to,
  backup,
  dryRun,
}: {
  from: number;
  to: number;
  backup: string | undefined;
  dryRun: boolean;
}): View => ({
  json: { changed: from !== to, dryRun, from, to, backup: backup ?? null },
  table: { head: ["from", "to", "backup"], rows: [[from, to, backup ?? null]] },
  text: () => [
    from === to ? `format ${to}, nothing to do` : `format ${from} ${dryRun ? "would become" : "became"} ${to}`,
  ],
  notices: backup === undefined ? [] : [`the backup lies at ${backup}`],
});
