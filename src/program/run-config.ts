/** What running a command needs of oclif's configuration: `Config.load` takes 15 ms to search the machine for more. */
import type { Config } from "@oclif/core";
import pjson from "../../package.json" with { type: "json" };

export const VERSION = pjson.version;

/** @param root the folder of the package */
export function runConfig(root: string): Config {
  const noHooks: Config["runHook"] = async () => ({ successes: [], failures: [] });
  const config: Pick<Config, "bin" | "root" | "runHook" | "version"> = {
    bin: pjson.oclif.bin,
    root,
    runHook: noHooks,
    version: VERSION,
  };
  return config as Config;
}
