/** What a route without a need must not tell. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SECRET = "secret";

/** A file that holds it. */
export const SECRET_FILE = join(mkdtempSync(join(tmpdir(), "rbac-web-")), "secret.txt");
writeFileSync(SECRET_FILE, SECRET);
