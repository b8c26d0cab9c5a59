/**
 * A private server of PostgreSQL for tests: on a free port of loopback, as a user that is not root, in a folder that
 * goes away with it. `npx tsx test/support/postgres/server.ts` starts one, prints its URL and stops it at the end of
 * its input.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { account, NO_SERVER, serverPrograms } from "./programs.ts";

/** What a server offers TLS with: the files of a key and its certificate. */
interface Tls {
  readonly key: string;
  readonly cert: string;
}

export class Server {
  readonly port: number;
  readonly #bin: string;
  readonly #folder: string;
  readonly #password: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(bin: string, folder: string, password: string, port: number, settings: readonly string[]) {
    [this.#bin, this.#folder, this.#password, this.port, this.#settings] = [bin, folder, password, port, settings];
  }

  /**
   * Makes a server and starts it. Its collation is not that of bytes, so that whatever relies on it shows.
   * @param settings such as `max_connections=50`
   * @param bin where its programs lie: those of the distribution when left out
   * @throws Error where the packages are missing
   */
  static async start(
    settings: readonly string[] = [],
    { tls, bin = serverPrograms() }: { readonly tls?: Tls; readonly bin?: string | undefined } = {},
  ): Promise<Server> {
    if (!bin) throw new Error(NO_SERVER);
    const folder = newFolder();
    const password = randomBytes(12).toString("hex");
    const secret = join(folder, "password");
    writeFileSync(secret, password, { mode: 0o600 });
    give(secret);
    const server = new Server(bin, folder, password, await freePort(), [
      ...settings,
      ...(tls ? offered(tls, folder) : []),
    ]);
    process.on("exit", server.#clear);
    const collation = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
    const made = ["--username=owner", "--auth=scram-sha-256", `--pwfile=${secret}`, "--no-sync", ...collation];
    execFileSync(join(bin, "initdb"), [...made, server.#data], { ...account(), cwd: folder, stdio: "pipe" });
    await server.resume();
    return server;
  }

  /** Another one that replays what this one does, and answers questions. */
  async standby(): Promise<Server> {
    const folder = newFolder();
    const standby = new Server(this.#bin, folder, this.#password, await freePort(), this.#settings);
    process.on("exit", standby.#clear);
    const from = ["-h", "127.0.0.1", "-p", String(this.port), "-U", "owner"];
    execFileSync(join(this.#bin, "pg_basebackup"), [...from, "-D", standby.#data, "-R", "-c", "fast"], {
      ...account(),
      cwd: folder,
      stdio: "pipe",
      env: { ...process.env, PGPASSWORD: this.#password },
    });
    await standby.resume();
    return standby;
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  /** The URL of the superuser. @param schema where a policy is to lie, or `undefined` for the usual one. */
  url(schema?: string, user = `owner:${this.#password}`): string {
    return `postgres://${user}@127.0.0.1:${this.port}/postgres${schema === undefined ? "" : `?schema=${schema}`}`;
  }

  get password(): string {
    return this.#password;
  }

  /** Where its socket lies. */
  get folder(): string {
    return this.#folder;
  }

  /** Starts it again where it was stopped or killed, and waits until it takes connections. */
  async resume(): Promise<void> {
    const socket = `unix_socket_directories=${this.#folder}`;
    const flags = [socket, "listen_addresses=127.0.0.1", `port=${this.port}`, ...this.#settings].flatMap((set) => [
      "-c",
      set,
    ]);
    const start = () =>
      spawn(join(this.#bin, "postgres"), ["-D", this.#data, ...flags], {
        ...account(),
        cwd: this.#folder,
        stdio: "ignore",
      });
    this.#process = start();
    for (let tries = 0; !(await this.#takesConnections()); tries++) {
      if (tries > 600) throw new Error("the server does not start");
      await setTimeout(50);
      if (this.#process.exitCode !== null) this.#process = start(); // What was killed may not have ended yet.
    }
  }

  async #takesConnections(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url() });
    client.on("error", () => {}); // It may be lost at any moment.
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  /** Kills it and all that it has started, without a word: what it has not written is lost. */
  async kill(): Promise<void> {
    const pids = childrenOf(this.#process?.pid ?? 0);
    await this.#end("SIGKILL");
    for (const pid of pids) {
      try {
        if (pid > 1) process.kill(pid, "SIGKILL");
      } catch {} // It has ended with it.
    }
  }

  /** Ends it in an orderly way, breaking off every connection. */
  async stop(): Promise<void> {
    await this.#end("SIGINT");
    this.#clear();
    process.off("exit", this.#clear);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((done) => running.once("exit", done));
    running.kill(signal);
    await ended;
  }

  readonly #clear = (): void => {
    this.#process?.kill("SIGQUIT");
    rmSync(this.#folder, { recursive: true, force: true });
  };
}

/** The settings that offer TLS, with the key where the server may read it. */
function offered({ key, cert }: Tls, folder: string): string[] {
  const [own, shown] = [join(folder, "server.key"), join(folder, "server.crt")];
  copyFileSync(key, own);
  copyFileSync(cert, shown);
  chmodSync(own, 0o600);
  for (const path of [own, shown]) give(path);
  return ["ssl=on", `ssl_key_file=${own}`, `ssl_cert_file=${shown}`];
}

/** In memory where there is some: what these tests kill are processes, not the machine. */
function newFolder(): string {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "rbac-server-"));
  give(folder);
  return folder;
}

/** Gives a path to whom the server runs as. */
function give(path: string): void {
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** As the kernel lists them, or where it does not, as ps does: an image of few packages has no ps. */
function childrenOf(pid: number): number[] {
  const listed = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(listed)
    ? readFileSync(listed, "utf8")
    : execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return text.trim().split(/\s+/).map(Number);
}

const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const probe = createServer().on("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => found(port));
    });
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await Server.start();
  process.stdout.write(`${server.url()}\n`);
  process.stdin.resume().on("end", () => server.stop());
}
