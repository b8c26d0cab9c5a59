/** By what a database is known to those who hear of it elsewhere: in tokens, and in logs of decisions. */
import { createHash } from "node:crypto";
import type { Connection } from "../engine/connection.ts";
import { runningBy, type Steps } from "../sql/steps.ts";

/**
 * The id of a database: 32 hexadecimal digits from when it was created and its first entry; `null` while it has none. A
 * restored backup, which repeats revisions, has another id; a copy has the same.
 */
export function* databaseIdOf(reads: Pick<Connection, "db" | "prepare">): Steps<string | null> {
  const query = reads.db
    .selectFrom("meta")
    .select((eb) => ["created_at", eb.selectFrom("entries").select("hash").where("seq", "=", 1).as("first")]);
  const [[createdAt, first] = []] = yield runningBy(reads)(query.compile());
  if (typeof first !== "string") return null;
  return createHash("sha256").update(`${createdAt}\n${first}`).digest("hex").slice(0, 32);
}
