/** What help and completion know of every command. It is a file of its own in the built program. */
import type { Command } from "@oclif/core";
import manifest from "../../oclif.manifest.json" with { type: "json" };

/** As oclif describes them; but an example is a text in each of our commands. */
type Known = Command.Cached & { readonly examples?: readonly string[] };

/** The type of the imported JSON knows each command, but not what all of them share. */
export const KNOWN_COMMANDS = manifest.commands as unknown as Readonly<Record<string, Known>>;
