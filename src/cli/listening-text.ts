/** What a server prints: as soon as it listens, in the format that was asked for, and when it has ended. */
import { type Format, render } from "../output/render.ts";
import { PLAIN } from "../output/style.ts";

/** `undefined` for people: they are told, and standard output is left to the access log. */
export async function listeningText(url: string, isJson: boolean, format?: Format): Promise<string | undefined> {
  const asked = isJson ? "json" : (format ?? "table");
  if (asked === "table") return undefined;
  const view = { json: { listening: url }, table: { head: ["listening"], rows: [[url]] } };
  return render(view, asked, { width: undefined, style: PLAIN });
}

/** @param count of connections that were cut off when it ended */
export function cutOffNotices(count: number): string[] {
  if (count === 0) return [];
  const what = count === 1 ? "1 connection was cut off: it" : `${count} connections were cut off: they`;
  return [`${what} took longer than --drain`];
}
