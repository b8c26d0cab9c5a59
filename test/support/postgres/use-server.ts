/**
 * Before each file of tests on PostgreSQL: where its databases lie; and where no server is installed, that they are
 * skipped.
 */
import { afterAll, beforeEach, inject } from "vitest";

const server = inject("server");
if (server) {
  const url = new URL(server);
  // As whoever uses the program would: the password is nowhere but in the environment, so that `--db URL` may be typed.
  process.env.PGPASSWORD = url.password;
  url.password = "";
  process.env.RBAC_TEST_SERVER = url.href;
  afterAll(async () => {
    const [{ SCHEMAS }, { dropAll }] = await Promise.all([import("../cli.ts"), import("../databases.ts")]);
    await dropAll(SCHEMAS);
  });
} else beforeEach(({ skip }) => skip("no server of PostgreSQL is installed: apt-get install postgresql"));
