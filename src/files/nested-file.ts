/** Reads a small file of one nested value, such as the attributes that come with a question. */
import { wrong } from "../errors.ts";
import { inputName } from "./bytes.ts";
import { type FileInput, formatNamed } from "./file-input.ts";
import { readText } from "./read-inputs.ts";

/** In bytes. */
const LARGEST = 1 << 20;

/**
 * The value of a file, or of standard input (`-`), as JSON or YAML: by its name, else by its first character.
 * @throws RbacError (exit 2) where it cannot be read, is too large, or is neither.
 */
export async function readNested(path: string): Promise<FileInput> {
  const [name, text] = [inputName(path), readText(path, LARGEST)];
  if (text.trim() === "") throw wrong("FILE_EMPTY", `${name} is empty`);
  const format = (path === "-" ? undefined : formatNamed(path)) ?? (/^\s*[[{]/.test(text) ? "json" : "yaml");
  if (format === "json") return (await import("./json.ts")).readJson(name, text);
  if (format === "yaml") return (await import("./yaml.ts")).readYaml(name, text);
  throw wrong("FILE_INVALID", `${name} is neither JSON nor YAML`);
}
