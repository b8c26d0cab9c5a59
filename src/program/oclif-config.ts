/**
 * oclif's configuration for help, filled in directly: `Config.load` took 15 ms to search the machine for facts that are
 * known already, and for plugins that do not exist.
 */
import { type Command, Config, type Interfaces } from "@oclif/core";
import pjson from "../../package.json" with { type: "json" };
import { VERSION } from "./run-config.ts";

/** The manifest's data of each command, by its id: all that help needs. */
export type KnownCommands = Readonly<Record<string, Command.Cached>>;

export class RbacConfig extends Config {
  readonly #known: KnownCommands;

  /**
   * @param root the folder of the package
   * @param known the commands that help shows; running a command needs none of them
   */
  constructor(root: string, known: KnownCommands = {}) {
    super({ root });
    this.#known = known;
    this.root = root;
    this.pjson = pjson as unknown as Interfaces.PJSON; // The type of the imported JSON is narrower in places.
    this.name = pjson.name;
    this.version = VERSION;
    this.bin = pjson.oclif.bin;
    this.topicSeparator = " ";
    this.userAgent = `${pjson.name}/${VERSION} ${process.platform}-${process.arch} node-${process.version}`;
  }

  override get commandIDs(): string[] {
    return Object.keys(this.#known);
  }

  override get commands(): Command.Loadable[] {
    return this.commandIDs.map((id) => this.findCommand(id, { must: true }));
  }

  /** The topics that package.json describes, and every command: help lists both in the same way. */
  override get topics(): Interfaces.Topic[] {
    const described = Object.entries(pjson.oclif.topics).map(([name, { description }]) => ({ name, description }));
    const commands = this.commands.filter(({ id }) => !Object.hasOwn(pjson.oclif.topics, id));
    return [
      ...described,
      ...commands.map(({ id, summary }) => ({ name: id, ...(summary && { description: summary }) })),
    ];
  }

  override findCommand(id: string, opts: { must: true }): Command.Loadable;
  override findCommand(id: string, opts?: { must: boolean }): Command.Loadable | undefined;
  override findCommand(id: string): Command.Loadable | undefined {
    const load = () => Promise.reject(new Error(`${id} is known, not loaded`)); // Help never loads a command.
    return Object.hasOwn(this.#known, id) ? ({ ...this.#known[id], load } as Command.Loadable) : undefined;
  }

  override findTopic(name: string, opts: { must: true }): Interfaces.Topic;
  override findTopic(name: string, opts?: { must: boolean }): Interfaces.Topic | undefined;
  override findTopic(name: string): Interfaces.Topic | undefined {
    return this.topics.find((topic) => topic.name === name);
  }
}
