/**
 * Prints what a command answered: the answer on stdout, or through a pager where it is longer than the screen; what is
 * said about it on stderr.
 */
import { CutShort } from "../errors.ts";
import { countText } from "../output/count-text.ts";
import { isLarge, renderPieces } from "../output/pieces.ts";
import { type Format, type RawText, render, type StreamedView, type Terminal, type View } from "../output/render.ts";
import { sanitize } from "../output/sanitize.ts";
import { wordsOf } from "../output/shell-words.ts";
import { type RenderedPart, renderParts } from "../output/stream.ts";
import { styleFor } from "../output/style.ts";
import type { Cut } from "../policy/model/results.ts";
import type { Outlet } from "./pager.ts";
import type { OutputStream, Shell } from "./shell.ts";

interface PrintFlags {
  readonly quiet: boolean;
  readonly json: boolean;
  readonly format?: Format | undefined;
  readonly "no-pager": boolean;
}

type Say = (lines?: readonly string[]) => void;

/** @throws CutShort where a list ends with an error after its first part was printed */
export async function printResult(
  result: View | RawText | StreamedView,
  { quiet, json, format: asked = "table", "no-pager": isUnpaged }: PrintFlags,
  shell: Shell,
): Promise<void> {
  const say: Say = (lines = []) => {
    if (!quiet) for (const line of lines) shell.stderr.write(`${sanitize(line)}\n`);
  };
  const format: Format = json ? "json" : asked;
  const outlet = isUnpaged || format === "json" ? direct(shell.stdout) : outletFor(shell);
  let cut: View["cut"];
  try {
    cut = await printTo(outlet, result, { quiet, format, say }, shell);
  } finally {
    await outlet.end();
  }
  say(cutLines(cut));
  if ("table" in result) say(result.closing);
}

interface Printing {
  readonly quiet: boolean;
  readonly format: Format;
  readonly say: Say;
}

/** @returns where the list was cut */
async function printTo(
  outlet: Outlet,
  result: View | RawText | StreamedView,
  { quiet, format, say }: Printing,
  { stdout, env }: Shell,
): Promise<View["cut"]> {
  if ("raw" in result) {
    say(result.notices);
    await putAll(typeof result.raw === "string" ? [result.raw] : result.raw, outlet);
    return undefined;
  }
  const terminal = { width: stdout.width, style: await styleFor(stdout.isTerminal, env) };
  if ("parts" in result) return printParts(renderParts(result.parts, format, terminal), outlet, say);
  say(result.notices);
  const isHidden = quiet && (result.yesOrNo || (result.isReport && format === "table"));
  if (!isHidden) await putAll(piecesOf(result, format, terminal), outlet);
  return result.cut;
}

/** `20 of 1,340`, or `the first 20` where nobody counted. */
function cutLines(cut: View["cut"] = []): string[] {
  const isLess = ({ shown, total }: Cut) => total === undefined || shown < total;
  const texts = cut.filter(isLess).map(({ shown, total, of }) => {
    const text = total === undefined ? `the first ${countText(shown)}` : `${countText(shown)} of ${countText(total)}`;
    return of === undefined ? text : `${text} ${of}`;
  });
  return texts.length === 0 ? [] : [`${texts.join(", ")}; more with --limit`];
}

async function* piecesOf(view: View, format: Format, terminal: Terminal): AsyncIterable<string> {
  if (isLarge(view)) yield* renderPieces(view, format, terminal);
  else yield await render(view, format, terminal);
}

async function putAll(texts: Iterable<string> | AsyncIterable<string>, outlet: Outlet): Promise<void> {
  for await (const text of texts) if (!(await outlet.put(text))) return;
}

async function printParts(parts: AsyncIterable<RenderedPart>, outlet: Outlet, say: Say): Promise<View["cut"]> {
  let isBegun = false;
  let cut: View["cut"];
  try {
    for await (const part of parts) {
      say(part.notices);
      isBegun = true;
      ({ cut } = part);
      if (!(await outlet.put(part.text))) return undefined;
    }
  } catch (error) {
    throw isBegun ? new CutShort(error) : error;
  }
  return cut;
}

/** Writes as fast as the reader takes it. */
const direct = (to: Pick<OutputStream, "drained">): Outlet => ({
  put: (text) => to.drained(text),
  end: async () => {},
});

/** A terminal for people, through the pager that they name; or whatever else stdout is. */
function outletFor(shell: Shell): Outlet {
  const { stdout, env } = shell;
  const pager = wordsOf(env.RBAC_PAGER ?? env.PAGER ?? "");
  const isNone = pager.length === 0 || (pager.length === 1 && pager[0] === "cat");
  if (isNone || env.CI || stdout.width === undefined || stdout.height === undefined) return direct(stdout);
  return firstScreen(stdout.width, stdout.height, shell, pager);
}

/** Holds back what fits the screen; of what does not, the pager is the reader. */
function firstScreen(width: number, height: number, shell: Shell, pager: readonly string[]): Outlet {
  let held = "";
  let reader: Outlet | undefined;
  return {
    put: async (text) => {
      if (reader) return reader.put(text);
      held += text;
      if (linesOnScreen(held, width) < height) return true;
      reader = (await (await import("./pager.ts")).startPager(pager, shell)) ?? direct(shell.stdout);
      return reader.put(held);
    },
    end: async () => {
      if (reader) await reader.end();
      else if (held !== "") await shell.stdout.drained(held);
    },
  };
}

/** Lines that are wider than the screen take several. */
const linesOnScreen = (text: string, width: number): number =>
  text
    .replace(/\n$/, "")
    .split("\n")
    .reduce((lines, { length }) => lines + Math.max(1, Math.ceil(length / width)), 0);
