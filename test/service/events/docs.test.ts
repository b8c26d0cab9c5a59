/** The page on events: its commands make a policy whose changes curl and the client of the page get, as it shows. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { cli, freshDb } from "../../support/cli.ts";
import { ROOT } from "../../support/root.ts";
import { type ServeProcess, serving } from "../../support/service/serve-process.ts";

const folder = mkdtempSync(join(tmpdir(), "rbac-events-page-"));
let server: ServeProcess | undefined;
afterAll(async () => {
  await server?.end("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const page = readFileSync(join(ROOT, "docs/events.md"), "utf8");
const block = (language: string, behind = 0): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page.slice(behind))?.[1] ?? "";

/** Starts a program that reads a stream until it ends. */
function begun(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      said.text += text;
    });
  return { said, ended: once(child, "close") };
}

it("shows what curl and the client of the page are sent", async () => {
  const db = freshDb();
  let key = "";
  for (const [, line = ""] of block("console").matchAll(/^\$ rbac (.*)$/gm)) {
    const { code, stdout } = await cli(line.replace(/ > .*/, ""), { db });
    expect(code).toBe(0);
    key = stdout.trim();
  }
  server = await serving(db, ["--admin"]);
  const env = { RBAC_URL: server.url, RBAC_KEY: key };
  const curl = begun("sh", ["-c", block("sh")], env);
  writeFileSync(join(folder, "client.mjs"), block("js"));
  const client = begun(process.execPath, [join(folder, "client.mjs")], env);
  await expect.poll(() => client.said.text, { timeout: 20_000 }).toContain("api-key.add");
  expect((await cli("user create ann", { db })).code).toBe(0);
  await expect.poll(() => client.said.text, { timeout: 20_000 }).toContain("ann");
  await expect.poll(() => curl.said.text, { timeout: 20_000 }).toContain('"user":"ann"');
  expect(await server.end()).toBe(0);
  await Promise.all([client.ended, curl.ended]);
  expect(client.said.text).toBe(block("text", page.indexOf("```js")));
  const shown = /"change":\{"kind":"assignment.add","user":"shop"/.exec(block("text"))?.[0] ?? "";
  expect(curl.said.text).toMatch(/^id: 5\nevent: entry\ndata: \{"seq":\d+,"revision":5,"at":"/m);
  expect(curl.said.text).toContain(shown);
});
