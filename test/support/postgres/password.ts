/** The password of a server's owner, kept so that to prove it costs little: each command line connects anew. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import pg from "pg";
import type { Server } from "./server.ts";

/**
 * Has the owner's password hashed once instead of 4096 times, by client and server alike, as `scram_iterations=1` does
 * from PostgreSQL 16 on. A password that comes as what SCRAM keeps of it is kept as it comes.
 */
export async function provedOnce(server: Server): Promise<void> {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(server.password, salt, 1, 32, "sha256");
  const signed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(signed("Client Key")).digest("base64");
  const kept = `SCRAM-SHA-256$1:${salt.toString("base64")}$${stored}:${signed("Server Key").toString("base64")}`;
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  await client.query(`alter role owner password '${kept}'`);
  await client.end();
}
