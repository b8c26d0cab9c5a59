/** Passwords and TLS: where they may stand, and that nothing ever says them. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cli, freshDb } from "../../support/cli.ts";
import { fileWith } from "../../support/documents.ts";
import { describeWith, missingProgram } from "../../support/needs.ts";
import { Server } from "../../support/postgres/server.ts";
import { as, ran } from "../../support/postgres/sessions.ts";
import { ROOT } from "../../support/root.ts";

const folder = mkdtempSync(join(tmpdir(), "rbac-credentials-"));
afterAll(() => {
  if (password) process.env.PGPASSWORD = password;
  rmSync(folder, { recursive: true, force: true });
});

let [url, plain, password] = ["", "", ""];
beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  plain = freshDb();
  password = process.env.PGPASSWORD ?? "";
  url = as(plain, new URL(plain).username, password);
  delete process.env.PGPASSWORD; // Here every way to say it is tried by itself.
  await ran("init", url);
});

/** Does something with variables of the process set: the driver reads its own from there, not from the shell. */
async function withVariables<T>(variables: Readonly<Record<string, string>>, act: () => Promise<T>): Promise<T> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return act().finally(() => vi.unstubAllEnvs());
}

const IN_USE = "say it in RBAC_DB, --db-url-file or PGPASSFILE";

describe("a password", () => {
  it.each([
    ["--db", "URL", "audit", "head"],
    ["audit", "head", "--db=URL"],
    ["db", "copy", "URL", "x.db"],
    ["db", "backup", "URL"],
    ["db", "restore", "URL"],
    ["audit", "head", "--db", "URL?password=WORD"],
    ["audit", "head", "--db", "postgres://us er:WORD@:bad:"],
  ])("on the line is refused and not repeated: %s %s %s %s", async (...line) => {
    const argv = line.map((word) => word.replace("URL?", `${plain}&`).replace("URL", url).replace("WORD", password));
    for (const more of [[], ["--json"]]) {
      const { code, stdout, stderr } = await cli([...argv, ...more]);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(IN_USE) });
      expect(stdout + stderr).not.toContain(password);
    }
  });

  it("comes from RBAC_DB, a file, PGPASSWORD, PGPASSFILE or .pgpass at home", async () => {
    const { hostname, port, username } = new URL(url);
    const pgpass = join(folder, ".pgpass");
    writeFileSync(pgpass, `${hostname}:${port}:*:${username}:${password}\n`, { mode: 0o600 });
    const file = fileWith(`${url}\n`, "url");
    const ways: [string, string[], Record<string, string>][] = [
      ["RBAC_DB", [], { RBAC_DB: url }],
      ["a file", ["--db-url-file", file], {}],
      ["RBAC_DB_URL_FILE", [], { RBAC_DB_URL_FILE: file }],
      ["PGPASSWORD", ["--db", plain], { PGPASSWORD: password }],
      ["PGPASSFILE", ["--db", plain], { PGPASSFILE: pgpass }],
      [".pgpass at home", ["--db", plain], { HOME: folder }],
    ];
    for (const [way, argv, env] of ways) {
      const result = await withVariables(env, () => cli(["audit", "head", ...argv], { env }));
      expect({ way, ...result }).toMatchObject({ way, code: 0, stderr: "" });
    }
  });

  it.each([
    ["", "must hold one path or URL"],
    ["postgres://a\npostgres://b", "must hold one path or URL"],
  ])("file %j is refused", async (text, message) => {
    const { code, stderr } = await cli(["audit", "head", "--db-url-file", fileWith(text, "url")]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  it("that is wrong or missing is one line, exit 4, and is not repeated", async () => {
    for (const db of [as(url, "owner", "wrong-secret"), as(url, "nobody", "wrong-secret"), plain]) {
      const ask = () => cli("audit head --json", { db });
      const { code, stdout, stderr } = await withVariables({ PGPASSFILE: "/nonexistent" }, ask);
      expect({ code, stderr }).toEqual({
        code: 4,
        stderr: expect.stringMatching(/^rbac: .*refuses this user or password.*\n$/),
      });
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "DATABASE_DENIED", exitCode: 4 } });
      expect(stdout + stderr).not.toContain("wrong-secret");
    }
  });

  it("is in no answer, no status and no record", async () => {
    await ran(["user", "create", "zoe", "--reason", "a test"], url);
    for (const line of [
      "db status",
      "db status --json",
      "audit export",
      "audit",
      "export",
      "db roles",
      "can zoe a:b",
    ]) {
      const { stdout, stderr } = await cli(line, { db: url });
      expect(stdout + stderr).not.toContain(password);
    }
  });

  it("is in no error of a bug either", () => {
    const env = { ...process.env, RBAC_DB: url.replace("/postgres?", "/nowhere?"), RBAC_DEBUG: "1" };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "bin/run.js"), "audit", "head"], {
      env,
      encoding: "utf8",
    });
    expect(status).toBe(4);
    expect(stdout + stderr).not.toContain(password);
  });
});

describeWith(missingProgram("openssl", "version"), "TLS", () => {
  let [server, ca]: [Server | undefined, string] = [undefined, ""];
  beforeAll(async () => {
    if (!process.env.RBAC_TEST_SERVER) return;
    const [key, cert] = [join(folder, "server.key"), join(folder, "server.crt")];
    const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", ...names],
      { stdio: "pipe" },
    );
    ca = cert;
    server = await Server.start(["fsync=off"], { tls: { key, cert } });
    chmodSync(folder, 0o755);
    await ran("init", server.url());
  });
  afterAll(() => server?.stop());

  const asked = async (query: string) => {
    const { code, stderr } = await cli("db status", { db: `${server?.url()}?${query}` });
    return { code, stderr };
  };

  it("is taken as the driver takes it, and told by the status", async () => {
    const db = `${server?.url()}?sslmode=verify-full&sslrootcert=${ca}`;
    expect(await cli("db status --json", { db })).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining('"tls":"yes"'),
    });
    expect(await asked("sslmode=no-verify")).toMatchObject({ code: 0 });
  });

  it("with a certificate that nobody vouches for is refused", async () => {
    expect(await asked("sslmode=verify-full")).toEqual({
      code: 4,
      stderr: expect.stringMatching(/^rbac: .*no TLS with this server that can be trusted.*\n$/),
    });
  });

  it("is not gone without where it is asked for and the server has none", async () => {
    const { code, stderr } = await cli("db status", { db: `${url}&sslmode=verify-full` });
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/^rbac: .*TLS.*\n$/) });
  });
});
