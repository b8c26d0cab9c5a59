/** What a change must look like in a file: a known kind, with its key and the sides that its verb says (rule 23). */
import { type AnyRecord, KINDS, recordOf } from "../policy/model/records.ts";
import type { ColumnType } from "../policy/model/rows.ts";
import { count, fields, flag, is, list, nullable, oneOf, type Shape, text } from "./shape.ts";

/** What a field may be, before the rules of rows look at it. */
const COLUMNS: Readonly<Record<ColumnType, Shape>> = {
  text: nullable(text),
  scope: nullable(text),
  flag,
  number: nullable(count),
  names: nullable(list(text)),
};

const checksOf = ({ columns }: AnyRecord, names: readonly string[]): Readonly<Record<string, Shape>> =>
  Object.fromEntries(names.map((name) => [name, COLUMNS[columns[name] as ColumnType]]));

const nothing = is("null", (value) => value === null);

const SHAPES: ReadonlyMap<unknown, Shape> = new Map(
  KINDS.flatMap((kind) => {
    const record = recordOf(kind);
    const side = fields(checksOf(record, record.fields));
    const shapeOf = (verb: string, before: Shape, after: Shape) =>
      [
        `${kind}.${verb}`,
        fields({ kind: oneOf(`${kind}.${verb}`), ...checksOf(record, record.key), before, after }),
      ] as const;
    return [shapeOf("add", nothing, side), shapeOf("update", side, side), shapeOf("remove", side, nothing)];
  }),
);

export const change: Shape = (value) => {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  return (SHAPES.get(kind) ?? noKind)(value);
};

const noKind: Shape = () => ".kind must be a kind of change";
