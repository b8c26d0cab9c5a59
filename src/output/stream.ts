/** A list of any length as text, part by part: one part is written as any view, and several as one would be. */

import { toCsv } from "./csv.ts";
import { csvCells, type Format, render, type Terminal, type View, yamlWriter } from "./render.ts";
import { toJson } from "./sanitize.ts";
import { Columns } from "./table.ts";

export interface RenderedPart {
  readonly text: string;
  /** To be said on stderr. */
  readonly notices: readonly string[];
}

/**
 * The texts that follow each other; each part is asked for when what is before it has been taken. For people, a list of several parts is
 * plain columns on a terminal, too, since how wide a box would be is known at its end only.
 */
export async function* renderParts(
  parts: AsyncIterable<View>,
  format: Format,
  terminal: Terminal,
): AsyncIterable<RenderedPart> {
  const join = await JOINS[format]();
  let first: View | undefined;
  let count = 0;
  for await (const part of parts) {
    count += 1;
    if (count === 1) first = part;
    if (count === 2 && first) yield { text: join.part(first, true), notices: [] };
    if (count > 1) yield { text: join.part(part, false), notices: [] };
  }
  if (count > 1) yield { text: join.end, notices: [] };
  else if (first) yield { text: await render(first, format, terminal), notices: first.notices ?? [] };
}

/** How the texts of parts make one. */
interface Join {
  part(view: View, isFirst: boolean): string;
  readonly end: string;
}

const JOINS: { readonly [F in Format]: () => Join | Promise<Join> } = {
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

/** What a view lists, and under which name. */
function listIn(json: object): { name: string; rows: readonly unknown[] } {
  const [name = "", rows] = Object.entries(json).at(-1) ?? [];
  return { name, rows: Array.isArray(rows) ? rows : [] };
}
