/** Prints what a command answered: the answer on stdout, what is said about it on stderr. */
import { CutShort } from "../errors.ts";
import { isLarge, renderPieces } from "../output/pieces.ts";
import { type Format, type RawText, render, type StreamedView, type Terminal, type View } from "../output/render.ts";
import { sanitize } from "../output/sanitize.ts";
import { type RenderedPart, renderParts } from "../output/stream.ts";
import { styleFor } from "../output/style.ts";
import type { OutputStream, Shell } from "./shell.ts";

interface PrintFlags {
  readonly quiet: boolean;
  readonly json: boolean;
  readonly format?: Format | undefined;
}

type Say = (lines?: readonly string[]) => void;

/** @throws CutShort where a list ends with an error after its first part was printed */
export async function printResult(
  result: View | RawText | StreamedView,
  { quiet, json, format: asked = "table" }: PrintFlags,
  { stdout, stderr, env }: Shell,
): Promise<void> {
  const say: Say = (lines = []) => {
    if (!quiet) for (const line of lines) stderr.write(`${sanitize(line)}\n`);
  };
  if ("raw" in result) {
    say(result.notices);
    await printRaw(result.raw, stdout);
    return;
  }
  const format: Format = json ? "json" : asked;
  const terminal = { width: stdout.width, style: await styleFor(stdout.isTerminal, env) };
  if ("parts" in result) {
    await printParts(renderParts(result.parts, format, terminal), stdout, say);
    return;
  }
  say(result.notices);
  const isHidden = quiet && (result.yesOrNo || (result.isReport && format === "table"));
  if (!isHidden) await printView(result, format, terminal, stdout);
  say(result.closing);
}

async function printRaw(raw: RawText["raw"], stdout: OutputStream): Promise<void> {
  if (typeof raw === "string") stdout.write(raw);
  else for await (const text of raw) if (!(await stdout.drained(text))) return;
}

async function printView(view: View, format: Format, terminal: Terminal, stdout: OutputStream): Promise<void> {
  if (!isLarge(view)) stdout.write(await render(view, format, terminal));
  else for await (const text of renderPieces(view, format, terminal)) if (!(await stdout.drained(text))) return;
}

async function printParts(parts: AsyncIterable<RenderedPart>, stdout: OutputStream, say: Say): Promise<void> {
  let isBegun = false;
  try {
    for await (const { text, notices } of parts) {
      say(notices);
      isBegun = true;
      if (!(await stdout.drained(text))) return;
    }
  } catch (error) {
    throw isBegun ? new CutShort(error) : error;
  }
}
