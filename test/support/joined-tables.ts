/** The queries of docs/materialize.md, run as an application would: by its own connection, beside rbac. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { ON_SERVER, onServer, schemaOf } from "./databases.ts";
import { ROOT } from "./root.ts";

const PAGE = readFileSync(join(ROOT, "docs/materialize.md"), "utf8");

/** The code of the page behind a mark. */
export function documented(mark: "rows" | "one" | "python"): string {
  const code = new RegExp(`<!-- ${mark} -->\\n\`\`\`\\w+\\n(.*?)\`\`\``, "s").exec(PAGE)?.[1];
  if (code === undefined) throw new Error(`the page has no code of ${mark}`);
  return code;
}

type Row = Readonly<Record<string, unknown>>;

/** A connection of an application. */
export interface Application {
  /** @param named the values of `:name` in the statement */
  query(statement: string, named?: Readonly<Record<string, string | null>>): Promise<Row[]>;
  close(): void;
}

export async function applicationOn(db: string): Promise<Application> {
  if (!ON_SERVER) {
    const file = new Sqlite(db);
    return {
      query: async (statement, named = {}) => {
        const prepared = file.prepare(statement);
        if (prepared.reader) return prepared.all(named) as Row[];
        prepared.run(named);
        return [];
      },
      close: () => file.close(),
    };
  }
  const client = await onServer();
  return {
    query: async (statement, named = {}) => {
      const names = Object.keys(named).filter((name) => statement.includes(`:${name}`));
      const numbered = names.reduce((text, name, at) => text.replaceAll(`:${name}`, `$${at + 1}`), statement);
      await client.query(`set search_path to ${schemaOf(db)}, public`);
      const values = names.map((name) => named[name]);
      return (await client.query<Row>(numbered, values)).rows;
    },
    close: () => {},
  };
}
