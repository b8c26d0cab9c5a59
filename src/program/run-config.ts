/** What running a command needs of oclif's configuration: `Config.load` takes 15 ms to search the machine for more. */
import type { Config } from "@oclif/core";
import pjson from "../../package.json" with { type: "json" };
import type { CommandTable } from "./command-table.ts";

export const VERSION = pjson.version;

/**
 * @param root the folder of the package
 * @param commands what a command may look another one up in
 */
export function runConfig(root: string, commands: CommandTable = {}): Config {
  const noHooks: Config["runHook"] = async () => ({ successes: [], failures: [] });
  const findCommand = (id: string) => {
    const load = Object.hasOwn(commands, id) ? commands[id] : undefined;
    return load && { id, load: async () => (await load()).default };
  };
  return {
    bin: pjson.oclif.bin,
    root,
    runHook: noHooks,
    version: VERSION,
    findCommand: findCommand as Config["findCommand"],
    commandIDs: Object.keys(commands),
  } satisfies Partial<Config> as unknown as Config;
}
