/** Reads the keys of programs, which are few: whoever asks who calls keeps all of them. */
import type { ApiKey } from "../../policy/model/policy.ts";
import { columnsOf, rowFromValues, TABLE } from "../engine/tables.ts";
import { fragment } from "./fragments.ts";
import type { Statements } from "./statements.ts";

const COLUMNS = columnsOf("api-key");
const ALL = fragment(
  `select ${COLUMNS.map((column) => `"${column}"`).join(", ")} from ${TABLE["api-key"]} order by "id", "user"`,
);

/** All keys, also those that have ended, in the order of their ids; by one statement, which is prepared once. */
export async function allApiKeys(statements: Statements): Promise<readonly ApiKey[]> {
  const rows = await statements.rows(ALL);
  return rows.map((values) => rowFromValues(COLUMNS, values) as ApiKey);
}
