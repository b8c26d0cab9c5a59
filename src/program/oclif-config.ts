/**
 * oclif's configuration, filled in directly: `Config.load` took 15 ms to search the machine for facts that are known
 * already, and for plugins that do not exist.
 */
import { Config, type Interfaces } from "@oclif/core";
import pjson from "../../package.json" with { type: "json" };

export const VERSION = pjson.version;

/** Knows what running a command takes, and none of the commands: help reads the manifest itself. */
export class RbacConfig extends Config {
  /** @param root the folder of the package */
  constructor(root: string) {
    super({ root });
    this.root = root;
    this.pjson = pjson as unknown as Interfaces.PJSON; // The type of the imported JSON is narrower in places.
    this.name = pjson.name;
    this.version = VERSION;
    this.bin = pjson.oclif.bin;
    this.topicSeparator = " ";
    this.userAgent = `${pjson.name}/${VERSION} ${process.platform}-${process.arch} node-${process.version}`;
  }

  /** The program has no hooks. */
  override async runHook<T extends keyof Interfaces.Hooks>(): Promise<
    Interfaces.Hook.Result<Interfaces.Hooks[T]["return"]>
  > {
    return { successes: [], failures: [] };
  }
}
