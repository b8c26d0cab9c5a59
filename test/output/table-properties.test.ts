/** Properties of what people get of any table, on terminals of any width: one line a row, never wider, no word cut. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { wholeText } from "../../src/output/chunks.ts";
import { textForPeople } from "../../src/output/people.ts";
import { PLAIN } from "../../src/output/style.ts";
import type { Table } from "../../src/output/table.ts";
import { matrixView } from "../../src/output/views/matrix.ts";
import { measureFor } from "../../src/output/width.ts";
import { matrixWith } from "../support/matrices.ts";

const WORD = fc.oneof(
  fc.constantFrom("a", "posts:read", "編集者", "日本語の説明", "🦊", "👩‍🚀", "🇩🇪", "नमस्ते", "e\u0301cole", "שָׁלוֹם", "–"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).map((text) => text.replace(/\s/gu, "x")),
  fc.string({ unit: fc.constantFrom("x", "y", "-"), minLength: 10, maxLength: 70 }),
);
const CELL = fc.oneof(
  { weight: 4, arbitrary: fc.array(WORD, { minLength: 1, maxLength: 9 }).map((words) => words.join(" ")) },
  { weight: 1, arbitrary: fc.array(WORD, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, 12) },
);
const COUNT = fc.integer({ min: 1, max: 9 });

/** A table whose columns are called c0, c1, …, of which some may be cut first. */
const TABLE = COUNT.chain((count) => {
  const head = Array.from({ length: count }, (_, at) => `c${at}`);
  const row = fc.array(CELL, { minLength: count, maxLength: count });
  return fc.record({
    head: fc.constant(head),
    rows: fc.array(row, { minLength: 1, maxLength: 8 }),
    least: fc.subarray(head),
  });
});
const WIDTH = fc.integer({ min: 20, max: 200 });

const shown = async (table: Table, width: number | undefined): Promise<string[]> =>
  (await wholeText(textForPeople({ table }, { width, style: PLAIN }))).split("\n").slice(0, -1);

/** The lines of the table, and the names of the columns that the line below it says are left out. */
function split(lines: readonly string[], rows: number): { drawn: readonly string[]; leftOut: readonly string[] } {
  const below = lines.slice(rows + 1).join(" ");
  return { drawn: lines.slice(0, rows + 1), leftOut: below.match(/\bc\d\b/g) ?? [] };
}

it("no line is wider than the terminal, and each row is one line", async () => {
  await fc.assert(
    fc.asyncProperty(TABLE, WIDTH, async (table, width) => {
      const lines = await shown(table, width);
      const widthOf = await measureFor(lines);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      const { drawn, leftOut } = split(lines, table.rows.length);
      expect(drawn).toHaveLength(table.rows.length + 1);
      expect(drawn[0]).toMatch(/^c\d( +c\d)*$/);
      for (const name of leftOut) expect(drawn[0]).not.toContain(name);
    }),
    { numRuns: 400 },
  );
});

it("nothing is cut or left out where all of it fits", async () => {
  await fc.assert(
    fc.asyncProperty(TABLE, async (table) => {
      const wide = await shown(table, 5000);
      const widthOf = await measureFor(wide);
      const needed = Math.max(...wide.map(widthOf));
      expect(wide.join("")).not.toMatch(/not shown/);
      if (wide.join("").includes("…")) return;
      expect(await shown(table, Math.max(1, needed))).toEqual(wide);
      if (needed > 20) expect(await shown(table, needed - 1)).not.toEqual(wide);
    }),
    { numRuns: 200 },
  );
});

it("no word is cut where a word before it could end the cell", async () => {
  const words = fc.array(WORD, { minLength: 1, maxLength: 12 }).map((some) => some.join(" "));
  await fc.assert(
    fc.asyncProperty(words, fc.integer({ min: 4, max: 60 }), async (text, width) => {
      const [, cell = ""] = await shown({ head: ["c0"], rows: [[text]] }, width);
      if (cell === text.trimEnd() || !cell.endsWith("…")) return;
      const kept = cell.slice(0, -1);
      if (!/[\s,]$/.test(kept)) expect(kept.trim()).not.toMatch(/[\s,]/);
    }),
    { numRuns: 400 },
  );
});

it("a pipe has all of every cell, whatever the terminal", async () => {
  await fc.assert(
    fc.asyncProperty(TABLE, async (table) => {
      const lines = await shown(table, undefined);
      expect(lines[0]).toMatch(/^c0( +c\d)*$/);
      expect(lines[0]?.match(/c\d/g)).toEqual(table.head);
      expect(lines).toHaveLength(table.rows.length + 1);
    }),
    { numRuns: 100 },
  );
});

it("a matrix of any size is no wider than the terminal, and has every permission that is held", async () => {
  const CELLS = fc.constantFrom("any", "own", "scoped", "any-", "own+scoped-", "deny", "–");
  const matrix = fc.record({ roles: COUNT, permissions: fc.uniqueArray(WORD, { minLength: 1, maxLength: 6 }) });
  await fc.assert(
    fc.asyncProperty(
      matrix,
      fc.infiniteStream(CELLS),
      fc.infiniteStream(WORD),
      WIDTH,
      async (sizes, cells, names, width) => {
        const { permissions } = sizes;
        const rows = Array.from({ length: sizes.roles }, () => ({
          name: names.next().value ?? "",
          cells: permissions.map(() => cells.next().value ?? "–"),
        }));
        const view = matrixView("roles", matrixWith(permissions, rows));
        const text = await wholeText(textForPeople(view, { width, style: PLAIN }));
        const widthOf = await measureFor([text]);
        for (const line of text.split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(width);
        const isInName = [...permissions, ...rows.map(({ name }) => name)].some((name) => name.includes("…"));
        if (!isInName) expect(text).not.toContain("…"); // Else it is the name's own, and not the sign of a cut.
      },
    ),
    { numRuns: 300 },
  );
});
