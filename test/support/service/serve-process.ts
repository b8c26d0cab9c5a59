/** `rbac serve` as somebody starts it: a process of its own, on a port that it takes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.ts";

export interface ServeProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it by a signal, and waits for it. @returns its exit code; `null` where the signal ended it */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * @param program the file and the arguments of a server that prints `listening on http://…`
 * @throws what it printed, where it ends before it listens
 */
export async function started(program: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServeProcess> {
  const child = spawn(process.execPath, program, { cwd: ROOT, env: { ...process.env, ...env } });
  const url = await listeningAt(child);
  const exited = once(child, "exit");
  const end = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  };
  return { url, port: Number(new URL(url).port), pid: child.pid ?? 0, end };
}

function listeningAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (text: Buffer) => {
      if (printed.length > 10_000) return;
      printed += text.toString();
      const [, url] = /listening on (http\S+)/.exec(printed) ?? [];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
  });
}

/** `rbac serve`, of a build. @param db a path or a URL @param flags besides where it listens */
export const serving = (db: string, flags: readonly string[] = [], listen = "127.0.0.1:0"): Promise<ServeProcess> =>
  started([join(ROOT, "bin/run.js"), "serve", "--listen", listen, ...flags], { RBAC_DB: db });

/** Seconds of processor time that a process has had, by hundredths. Linux alone tells. */
export function processorTime(pid: number): number {
  const [, fields = ""] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  const [user, system] = fields.split(" ").slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}

/** Megabytes that a process holds. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
