/** What help and completion know of every command. It is a file of its own in the built program. */
import type { Command } from "@oclif/core";
import manifest from "../../oclif.manifest.json" with { type: "json" };

/** The type of the imported JSON knows each command, but not what all of them share. */
export const KNOWN_COMMANDS = manifest.commands as unknown as Readonly<Record<string, Command.Cached>>;
