/**
 * Before each file of tests on PostgreSQL: where its databases lie; and where no server is installed, that they are
 * skipped.
 */
import { afterAll, beforeEach, inject } from "vitest";

const [server, superuser, noServer] = [inject("server"), inject("superuser"), inject("noServer")];
if (noServer) beforeEach(({ skip }) => skip(noServer));
else {
  // As whoever uses the program would: the password is nowhere but in the environment, so that `--db URL` may be typed.
  process.env.PGPASSWORD = new URL(server).password;
  process.env.RBAC_TEST_SERVER = withoutPassword(server);
  if (superuser) process.env.RBAC_TEST_SUPERUSER = withoutPassword(superuser);
  afterAll(async () => {
    const [{ SCHEMAS }, { dropAll }] = await Promise.all([import("../cli.ts"), import("../databases.ts")]);
    await dropAll(SCHEMAS);
  });
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  url.password = "";
  return url.href;
}
