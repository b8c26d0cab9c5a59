/** Reads a grant with more to it, a condition or patterns that it leaves out, from any format (rules 32, 33). */
import { conditionText, readCondition } from "../conditions/condition.ts";
import { dottedPath } from "../conditions/print.ts";
import { conditionalRow } from "../model/conditional-digest.ts";
import { checkKey } from "../model/row-check.ts";
import type { Kind, Rows } from "../model/rows.ts";
import { checkBut } from "../rules/conditional-faults.ts";
import type { Fact, FactReader, WrittenCondition } from "./facts.ts";
import type { DocumentPlace } from "./problems.ts";

type Written = { readonly [field: string]: unknown };

/** Reads the fact of a row of any kind; adds faults to the problems of the reader, then maybe `undefined`. */
export const readFact = (reader: FactReader, place: DocumentPlace, kind: Kind, written: Written): Fact | undefined =>
  kind === "conditional" ? conditionalFact(reader, place, written) : reader.fact(place, kind, written);

/** The digest is computed; where one is written, it must fit. */
function conditionalFact(reader: FactReader, place: DocumentPlace, written: Written): Fact | undefined {
  const { but: _, when: __, digest, ...common } = written;
  const { problems } = reader;
  const grant = reader.fact(place, "grant", common);
  const butPlace = placeIn(place, "but");
  const but = reader.field(butPlace, "conditional", "but", written.but ?? []);
  const when = readWhen(reader, place, written.when ?? null);
  if (!grant || but === undefined || when === undefined) return undefined;
  const more = { but: but as readonly string[], when: when?.text ?? null };
  const row = conditionalRow(grant.row as Rows["grant"], more);
  if (row.but.length === 0 && row.when === null)
    problems.add(place, "KEY_MISSING", "a conditional grant says when, or but; without them it is of kind grant");
  problems.attempt(butPlace, () => checkBut(row.effect, row.but));
  if (digest !== undefined && digest !== row.digest)
    problems.add(
      placeIn(place, "digest"),
      "VALUE_INVALID",
      `this digest is not that of its but and when: ${row.digest}`,
    );
  problems.attempt(place, () => checkKey(row));
  return { ...grant, kind: "conditional", row, ...(when && { when: when.written }) };
}

/** The canonical text of a condition, and how it is written; `null` where there is none, `undefined` with a problem. */
function readWhen(
  { problems }: FactReader,
  place: DocumentPlace,
  value: unknown,
): { readonly text: string; readonly written: WrittenCondition } | null | undefined {
  if (value === null) return null;
  const written = { place: placeIn(place, "when"), text: String(value) };
  if (typeof value !== "string") {
    const quoting = typeof value === "object" ? "" : `; quote ${value}`;
    problems.add(written.place, "VALUE_INVALID", `when is a condition, as text${quoting}`);
    return undefined;
  }
  const read = readCondition(value);
  if ("condition" in read) return { text: conditionText(read.condition), written };
  problems.add(placeInCondition(written, read.at), "CONDITION_INVALID", `this is no condition: ${read.fault}`);
  return undefined;
}

const placeIn = ({ source, path }: DocumentPlace, field: string): DocumentPlace => ({ source, path: [...path, field] });

/** The place of a character of a condition. */
function placeInCondition({ place }: WrittenCondition, at = 0): DocumentPlace {
  return { ...place, at };
}

/** Where a condition first names a path; where it begins, if it names none such. */
export function placeOfPath(written: WrittenCondition, path: string): DocumentPlace {
  const read = readCondition(written.text);
  const paths = "paths" in read ? read.paths : [];
  return placeInCondition(written, paths.find((one) => dottedPath(one.path) === path)?.at);
}
