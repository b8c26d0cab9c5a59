/** Large views are written in pieces, and are the same text in every format. */
import { expect, it } from "vitest";
import { renderPieces } from "../../src/output/pieces.ts";
import { FORMATS, render, type View } from "../../src/output/render.ts";
import { styleFor } from "../../src/output/style.ts";
import { matrixView } from "../../src/output/views/matrix.ts";
import { matrixWith } from "../support/matrices.ts";

const VIEWS: readonly (readonly [what: string, view: View])[] = [
  [
    "a matrix",
    matrixView(
      "roles",
      matrixWith(
        ["a:b", "a:c", "d:日本", "e:f", "g:h"],
        Array.from({ length: 6 }, (_, at) => ({
          name: `role ${"x".repeat(at)}`,
          cells: ["any", "–", "own+scoped-", "deny", at % 2 ? "any" : "–"],
        })),
      ),
    ),
  ],
  [
    "a list with fields beside it",
    {
      json: { revision: 1, none: [], nothing: null, nested: { a: ["b"] } },
      list: { name: "rows", rows: Array.from({ length: 9 }, (_, at) => ({ at, text: `\u0085 "x"\n${at}`, of: [at] })) },
      table: { head: ["at", "text"], rows: Array.from({ length: 9 }, (_, at) => [at, "=x,\n".repeat(at)]) },
      legend: () => ["first", "second"],
    },
  ],
];

it.each(VIEWS.flatMap(([what, view]) => FORMATS.map((format) => [what, format, view] as const)))(
  "%s as %s",
  async (_what, format, view) => {
    const terminal = { width: undefined, style: await styleFor(false, {}) };
    const whole = await render(view, format, terminal);
    for (const mostCells of [1, 6]) {
      const pieces: string[] = [];
      for await (const text of renderPieces(view, format, terminal, mostCells)) pieces.push(text);
      expect(pieces.join("")).toBe(whole);
      expect(pieces.length).toBeGreaterThan(2);
    }
  },
);
