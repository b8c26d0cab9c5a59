/** A program of `docs/examples` as its reader runs it: copied to a folder of its own, with the packages that it names. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageFolder } from "./interop.ts";
import { missingPackage } from "./needs.ts";
import { ROOT } from "./root.ts";

export const EXAMPLES = join(ROOT, "docs/examples");
const PASSWORD = "correct horse";

/** The packages that the head of a program says to install. */
export const packagesOf = (program: string): readonly string[] =>
  (/^ \* {3}npm install (.*)$/m.exec(readFileSync(join(EXAMPLES, program), "utf8"))?.[1] ?? "").split(" ");

const folderOf = (name: string): string | undefined =>
  name === "better-sqlite3" ? join(ROOT, "node_modules", name) : packageFolder(name);

/** Which package of the program is not there; nothing where all are. */
export const missingFor = (program: string): string | undefined =>
  packagesOf(program).flatMap((name) => (folderOf(name) ? [] : (missingPackage(name) ?? [])))[0];

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the answer, or its text. */
  readonly body: unknown;
}

/** Sends a request: the route as `POST /posts`, and a value as JSON. */
export type Asking = (route: string, body?: unknown) => Promise<Answer>;

export interface ExampleProgram {
  /** A client without a token, or with one. */
  client(token?: string): Asking;
  stop(): Promise<void>;
}

/** Starts a program, with a password for the people whom it knows from the beginning. @throws what it says where it ends */
export async function startExample(program: string): Promise<ExampleProgram> {
  const folder = mkdtempSync(join(tmpdir(), "rbac-example-"));
  cpSync(EXAMPLES, folder, { recursive: true });
  for (const name of packagesOf(program)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(folderOf(name) ?? "", link);
  }
  const env = { ...process.env, NODE_ENV: "test", PORT: "0", PASSWORD: PASSWORD };
  const running = spawn(process.execPath, [program], { cwd: folder, env });
  let talk = "";
  const port = await new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer) => {
      talk += text;
      const [, found] = /port: (\d+)/.exec(talk) ?? [];
      if (found) resolve(found);
    };
    running.stdout.on("data", hear);
    running.stderr.on("data", hear);
    running.on("exit", () => reject(new Error(talk)));
  });
  return {
    client: (token) => async (route, body) => {
      const [method = "", path = ""] = route.split(" ");
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json") && text !== "";
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },
    stop: async () => {
      const ended = once(running, "exit");
      running.kill();
      await ended;
    },
  };
}

/** Signs somebody in. @param scope what the token is for */
export async function signedIn(program: ExampleProgram, user: string, scope?: string): Promise<Asking> {
  const credentials = { user, password: PASSWORD, ...(scope !== undefined && { scope }) };
  const { body } = await program.client()("POST /auth/login", credentials);
  return program.client((body as { access_token: string }).access_token);
}

/** Signs somebody up, and in. @param more what else the program wants to know */
export async function signedUp(program: ExampleProgram, user: string, more: object = {}): Promise<Asking> {
  await program.client()("POST /auth/register", { user, password: PASSWORD, ...more });
  return signedIn(program, user);
}
