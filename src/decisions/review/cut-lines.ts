/** Lines of a log as JSON, also where a crash or a full disk cut one of them. */

import { LINE_VERSION } from "../line.ts";
import type { LogCounts } from "./not-asked.ts";

/**
 * What a text of JSON says. Of a line that was cut, and behind which another process went on, what stands behind it.
 * @returns `undefined` for a line that only was cut
 */
export function parsedLine(text: string, counts: LogCounts, fail: (message: string) => Error): unknown {
  const value = jsonOf(text);
  if (value !== undefined) return value;
  if (!text.startsWith(BEGINNING.slice(0, text.length))) throw fail("this is not JSON");
  for (let at = text.indexOf(BEGINNING, 1); at > 0; at = text.indexOf(BEGINNING, at + 1)) {
    const rest = jsonOf(text.slice(at));
    if (rest === undefined) continue;
    counts.cut += 1;
    return rest;
  }
  if (!isOpen(text)) throw fail("this is not JSON");
  counts.cut += 1;
  return undefined;
}

const BEGINNING = `{"v":${LINE_VERSION},`;

/** @returns `undefined` for what is not JSON, which no JSON says */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for the beginning of an object that does not end. */
function isOpen(text: string): boolean {
  let [depth, inText] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (inText && mark === "\\") at += 1;
    else if (mark === '"') inText = !inText;
    else if (!inText && (mark === "{" || mark === "[")) depth += 1;
    else if (!inText && (mark === "}" || mark === "]")) depth -= 1;
  }
  return depth > 0;
}
