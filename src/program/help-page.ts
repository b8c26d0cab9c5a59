/** A page of help as text. With oclif's help and the manifest it is a file of its own in the built program. */
import manifest from "../../oclif.manifest.json" with { type: "json" };
import { RbacHelp } from "./help.ts";
import { type KnownCommands, RbacConfig } from "./oclif-config.ts";

/** @param root the folder of the package @param id of a command or topic; the first page without one */
export async function helpPage(root: string, id: string | undefined): Promise<string> {
  // The type of the imported JSON knows each command, but not what all of them share.
  const config = new RbacConfig(root, manifest.commands as unknown as KnownCommands);
  const lines: string[] = [];
  await new RbacHelp(config, { maxWidth: 100 }, (line) => lines.push(line)).showHelp(id === undefined ? [] : [id]);
  return lines.map((line) => `${line}\n`).join("");
}
