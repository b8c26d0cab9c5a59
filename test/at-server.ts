/** Before each file of tests on PostgreSQL: where its databases lie; and where no server is installed, that they are skipped. */
import { beforeEach, inject } from "vitest";

process.env.RBAC_TEST_SERVER = inject("server");
if (!process.env.RBAC_TEST_SERVER)
  beforeEach(({ skip }) => skip("no server of PostgreSQL is installed: apt-get install postgresql"));
