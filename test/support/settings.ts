/** A project and a home with settings files, each in a folder of its own that is removed at the end. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cli, type Result } from "./cli.ts";

export interface Settled {
  /** The folder of the project, where commands are called. */
  readonly folder: string;
  /** The file of the project. */
  readonly project: string;
  readonly home: string;
  /** The user's own file. */
  readonly own: string;
  /** The variables of somebody with that home. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command line there. */
  run(line: string, env?: Readonly<Record<string, string>>): Promise<Result>;
}

/** What the files say, as YAML; a file is missing where nothing is said. */
export function settled({ project, own }: { project?: string; own?: string } = {}): Settled {
  const at = realpathSync(mkdtempSync(join(tmpdir(), "rbac-settings-")));
  process.once("exit", () => rmSync(at, { recursive: true, force: true }));
  const [folder, home] = [join(at, "project"), join(at, "home")];
  const files = { project: join(folder, ".rbac.yaml"), own: join(home, ".config/rbac/config.yaml") };
  const env = { HOME: home, XDG_CONFIG_HOME: "" };
  for (const path of [folder, dirname(files.own)]) mkdirSync(path, { recursive: true });
  if (project !== undefined) writeFileSync(files.project, project);
  if (own !== undefined) writeFileSync(files.own, own);
  const run: Settled["run"] = (line, more = {}) => cli(line, { folder, env: { ...env, ...more } });
  return { folder, home, ...files, env, run };
}

/** A settings file that says so much of each context. */
export const contextsFile = (contexts: object, context?: string): string =>
  JSON.stringify({ ...(context !== undefined && { context }), contexts });
