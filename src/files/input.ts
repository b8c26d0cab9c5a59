/** Reading what a user names: a file, a folder, or `-`; each within its limits, as a plain value with places in it. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { wrong } from "../errors.ts";
import { checkedKey } from "./audit-key.ts";
import { inputName, readStandardInput, requireFile, statOf, withFileErrors } from "./bytes.ts";
import { type FileInput, formatNamed } from "./content.ts";

export type InputFormat = "yaml" | "json" | "ndjson" | "csv";

/** The format to read a file as, by its name; a report is written, never read. */
function readable(path: string): InputFormat | undefined {
  const format = formatNamed(path);
  return format === "markdown" ? undefined : format;
}

/** In bytes. YAML is for people; the rest is bounded by the longest text that JavaScript holds. */
export const LARGEST: Readonly<Record<InputFormat, number>> = {
  yaml: 8 << 20,
  json: 500 << 20,
  ndjson: 500 << 20,
  csv: 500 << 20,
};

/** Reads files, folders and standard input, in the order named. @throws RbacError (exit 2) for what cannot be read. */
export async function readInputs(paths: readonly string[]): Promise<FileInput[]> {
  const inputs: FileInput[] = [];
  for (const path of paths) {
    for (const file of filesOf(path)) inputs.push(await readInput(file));
  }
  return inputs;
}

/** The text of a file or of standard input. @throws RbacError (exit 2) when it is missing, no file, too large or not UTF-8. */
export function readText(path: string, largest: number): string {
  const bytes = readBytes(path, largest);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw wrong("FILE_NOT_UTF8", `${inputName(path)} is not UTF-8 text`, { cause });
  }
}

function readBytes(path: string, largest: number): Buffer {
  const name = inputName(path);
  const refuseLarge = (size: number) => {
    if (size > largest)
      throw wrong("FILE_TOO_LARGE", `${name} has more than the ${largest} bytes that are read at most`);
  };
  if (path !== "-") {
    requireFile(path);
    refuseLarge(statOf(path).size);
  }
  const bytes = withFileErrors(path, () => (path === "-" ? readStandardInput(largest) : readFileSync(path)));
  refuseLarge(bytes.length);
  return bytes;
}

/** What a file can restore, by its first bytes: an SQLite database, a record of entries, or a document. @throws RbacError (exit 2). */
export function originKind(path: string): "backup" | "record" | "document" {
  if (path === "-") return "document";
  requireFile(path);
  const bytes = new Uint8Array(256);
  const file = withFileErrors(path, () => openSync(path, "r"));
  readSync(file, bytes);
  closeSync(file);
  const start = new TextDecoder().decode(bytes);
  if (start.startsWith("SQLite format 3\0")) return "backup";
  return /^\s*\{"seq":/.test(start) ? "record" : "document";
}

/** The key in a file: its bytes, without the line end that editors add. @throws RbacError `KEY_TOO_SHORT` (exit 2). */
export function readKey(path: string): Uint8Array {
  const bytes = readBytes(path, 4096);
  const [end] = /(?:\r?\n)?$/.exec(bytes.toString("latin1")) ?? [""];
  return checkedKey(bytes.subarray(0, bytes.length - end.length), `the key in ${path}`);
}

/** A folder stands for the documents in it, in byte order of their names; a folder without any is an error. */
function filesOf(path: string): string[] {
  if (path === "") throw wrong("VALUE_EMPTY", "a path may not be empty");
  if (path === "-" || !statOf(path).isDirectory()) return [path];
  const files = withFileErrors(path, () => readdirSync(path)).filter(
    (file) => readable(file) !== undefined && !file.startsWith("."),
  );
  if (files.length === 0) throw wrong("FOLDER_EMPTY", `${path} holds no documents (.yaml, .json, .ndjson, .csv)`);
  return files.sort().map((file) => join(path, file));
}

/** Larger files of NDJSON are not held, but read part by part. In bytes. */
const HELD = 1 << 24;

async function readInput(path: string): Promise<FileInput> {
  if (path !== "-" && readable(path) === "ndjson" && requireFile(path).size > HELD)
    return (await import("./ndjson.ts")).streamNdjson(path);
  const text = readText(path, LARGEST.json);
  const name = inputName(path);
  const format = readable(path) ?? guess(text);
  if (Buffer.byteLength(text) > LARGEST[format]) {
    throw wrong(
      "FILE_TOO_LARGE",
      `${name} is larger than ${LARGEST[format]} bytes, too much for ${format}: use JSON or NDJSON`,
    );
  }
  if (text.trim() === "") throw wrong("FILE_EMPTY", `${name} is empty, and an empty file is no policy`);
  if (format === "json") return (await import("./json.ts")).readJson(name, text);
  if (format === "ndjson") return (await import("./ndjson.ts")).readNdjson(name, text);
  if (format === "csv") return (await import("./csv.ts")).readCsv(name, text);
  return (await import("./yaml.ts")).readYaml(name, text);
}

/** What has no telling name says by its first line what it is. */
function guess(text: string): InputFormat {
  const first = text.trimStart();
  if (!first.startsWith("{")) return /^user(,|\r?\n)/.test(first) ? "csv" : "yaml";
  const end = first.indexOf("\n");
  return end > 0 && isJson(first.slice(0, end)) && first.slice(end).trim() !== "" ? "ndjson" : "json";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
