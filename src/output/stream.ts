/** Renders a list of any length part by part. A single part is rendered like any view; several are joined as text. */

import { toCsv } from "./csv.ts";
import { csvCells, type Format, render, type Terminal, type View, yamlWriter } from "./render.ts";
import { toJson } from "./sanitize.ts";
import { Columns } from "./table.ts";

export interface RenderedPart {
  readonly text: string;
  /** Lines for stderr. */
  readonly notices: readonly string[];
}

/**
 * Yields the texts in order. The next part is requested only after the text before it was consumed. As a table, a list
 * of several parts is plain columns even on a terminal, because the width of a box is known only at the end of the
 * list.
 */
export async function* renderParts(
  parts: AsyncIterable<View>,
  format: Format,
  terminal: Terminal,
): AsyncIterable<RenderedPart> {
  const joiner = await JOINERS[format]();
  let first: View | undefined;
  let count = 0;
  for await (const part of parts) {
    count += 1;
    if (count === 1) first = part;
    if (count === 2 && first) yield { text: joiner.part(first, true), notices: [] };
    if (count > 1) yield { text: joiner.part(part, false), notices: [] };
  }
  if (count > 1) yield { text: joiner.end, notices: [] };
  else if (first) yield { text: await render(first, format, terminal), notices: first.notices ?? [] };
}

/** How the texts of several parts are joined into one text. */
interface PartJoiner {
  part(view: View, isFirst: boolean): string;
  /** The text after the last part. */
  readonly end: string;
}

const JOINERS: { readonly [F in Format]: () => PartJoiner | Promise<PartJoiner> } = {
  json: () => ({
    part: ({ json }, isFirst) => {
      const { name, rows } = listIn(json);
      const listed = toJson(rows).slice(1, -1);
      return isFirst ? toJson({ ...json, [name]: [] }).slice(0, -"]}".length) + listed : `,${listed}`;
    },
    end: "]}\n",
  }),
  yaml: async () => {
    const write = await yamlWriter();
    return {
      part: ({ json }, isFirst) => {
        const { name, rows } = listIn(json);
        const listed = write({ [name]: rows }).slice(`${name}:\n`.length);
        return isFirst ? `${write({ ...json, [name]: [] }).slice(0, -" []\n".length)}\n${listed}` : listed;
      },
      end: "",
    };
  },
  csv: () => ({
    part: ({ table: { head, rows } }, isFirst) => toCsv([...(isFirst ? [head] : []), ...rows].map(csvCells)),
    end: "",
  }),
  table: () => {
    const columns = new Columns();
    return {
      part: ({ table: { head, rows } }, isFirst) => `${columns.lines(isFirst ? [head, ...rows] : rows).join("\n")}\n`,
      end: "",
    };
  },
};

/** The list in the JSON of a part, and its name: always the last field. */
function listIn(json: object): { name: string; rows: readonly unknown[] } {
  const [name = "", rows] = Object.entries(json).at(-1) ?? [];
  return { name, rows: Array.isArray(rows) ? rows : [] };
}
