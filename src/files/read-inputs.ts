/** Reads the files, folders or standard input (`-`) that a user names, each within a limit of size. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { wrong } from "../errors.ts";
import type { OnProgress } from "../progress.ts";
import { checkedKey } from "./audit-key.ts";
import { inputName, readStandardInput, requireFile, statOf, utf8Text, withFileErrors } from "./bytes.ts";
import { type FileInput, formatNamed } from "./file-input.ts";

export type InputFormat = "yaml" | "json" | "ndjson" | "csv";

/** The format in which to read a file, by its name. Markdown is written, never read. */
function inputFormatNamed(path: string): InputFormat | undefined {
  const format = formatNamed(path);
  return format === "markdown" ? undefined : format;
}

/**
 * The largest input in bytes. YAML is for files that people write; 500 MiB is near the longest string of JavaScript.
 */
export const LARGEST: Readonly<Record<InputFormat, number>> = {
  yaml: 8 << 20,
  json: 500 << 20,
  ndjson: 500 << 20,
  csv: 500 << 20,
};

/** Reads files, folders and standard input, in the given order. @throws RbacError (exit 2) if one cannot be read. */
export async function readInputs(paths: readonly string[], onProgress?: OnProgress): Promise<FileInput[]> {
  const inputs: FileInput[] = [];
  for (const path of paths) {
    for (const file of filesOf(path)) inputs.push(await readInput(file, onProgress));
  }
  return inputs;
}

/**
 * The text of a file or of standard input. @param largest in bytes.
 * @throws RbacError (exit 2) when it is missing, no file, too large or not UTF-8.
 */
export function readText(path: string, largest: number): string {
  return utf8Text(inputName(path), readBytes(path, largest));
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

/**
 * What a file contains that a restore can use: an SQLite database, an exported audit record, or a document. Decided by
 * its first bytes; standard input is always a document.
 * @throws RbacError (exit 2).
 */
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

/** True for a file that is a database, as its first bytes tell. @throws RbacError (exit 2) for one that is missing. */
export const isDatabaseFile = (path: string): boolean => statOf(path).isFile() && originKind(path) === "backup";

/** The key in a file: its bytes without the line end that editors add. @throws RbacError `KEY_TOO_SHORT` (exit 2). */
export function readKey(path: string): Uint8Array {
  const bytes = readBytes(path, 4096);
  const [end] = /(?:\r?\n)?$/.exec(bytes.toString("latin1")) ?? [""];
  return checkedKey(bytes.subarray(0, bytes.length - end.length), `the key in ${path}`);
}

/**
 * The files that a path stands for: for a folder the documents directly in it, sorted by name (UTF-16 code units).
 * @throws RbacError `FOLDER_EMPTY` (exit 2) for a folder without documents.
 */
export function filesOf(path: string): string[] {
  if (path === "") throw wrong("VALUE_EMPTY", "a path may not be empty");
  if (path === "-" || !statOf(path).isDirectory()) return [path];
  const files = withFileErrors(path, () => readdirSync(path)).filter(
    (file) => inputFormatNamed(file) !== undefined && !file.startsWith("."),
  );
  if (files.length === 0) throw wrong("FOLDER_EMPTY", `${path} holds no documents (.yaml, .json, .ndjson, .csv)`);
  return files.sort().map((file) => join(path, file));
}

/** In bytes. Larger files of these formats are not read into memory, but streamed. A row of CSV is short. */
const LARGEST_IN_MEMORY: { readonly [F in InputFormat]?: number } = { ndjson: 1 << 24, csv: 1 << 22 };

/** Of a file with more bytes than these, most of the second in which nothing else is told goes by. */
const LONG_TO_READ: Readonly<Record<InputFormat, number>> = {
  yaml: 1 << 17,
  json: 1 << 21,
  ndjson: 1 << 21,
  csv: 1 << 21,
};

async function readInput(path: string, onProgress?: OnProgress): Promise<FileInput> {
  const named = path === "-" ? undefined : inputFormatNamed(path);
  const isLong = path !== "-" && statOf(path).size > LONG_TO_READ[named ?? "yaml"];
  onProgress?.({ step: `reading ${inputName(path)}`, isLong });
  const limit = named && LARGEST_IN_MEMORY[named];
  if (limit !== undefined && requireFile(path).size > limit)
    return named === "csv"
      ? (await import("./csv.ts")).streamCsv(path)
      : (await import("./ndjson.ts")).streamNdjson(path);
  const text = readText(path, LARGEST.json);
  const name = inputName(path);
  const format = inputFormatNamed(path) ?? guessFormat(text);
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

/** The format of a text whose name does not tell it, guessed from its first line. */
function guessFormat(text: string): InputFormat {
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
