/** A file line by line, for what may be too long to hold whole. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { requireFile } from "./input.ts";

/** The lines of a file or of standard input; empty ones are passed over. @throws RbacError (exit 2) where there is no such file. */
export async function* readLines(path: string): AsyncIterable<string> {
  if (path !== "-") requireFile(path);
  const input = path === "-" ? process.stdin : createReadStream(path);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line.trim() !== "") yield line;
}
