/** Documents without the rows that are fixed: which files can be edited so, and what their text then is. */
import { type EditedFile, editedFile } from "../../files/editing/edit-file.ts";
import type { FileInput } from "../../files/file-input.ts";
import { readJson } from "../../files/json.ts";
import type { Fact } from "../../policy/document/facts.ts";
import { Problems } from "../../policy/document/problems.ts";
import { documentOf } from "../../policy/document/read.ts";
import { readDocument } from "../../policy/document/read-nested.ts";
import { type Change, kindOf, valuesOf } from "../../policy/model/change.ts";
import { rowId } from "../../policy/model/policy.ts";

/** What becomes of one document that states some of the rows. */
export interface Edit {
  readonly input: FileInput;
  readonly removals: readonly Change[];
  /** `undefined` where the file cannot be edited so: it is left as it is. */
  readonly edited: (EditedFile & { readonly input: FileInput }) | undefined;
}

/** @param changes removals of rows; a row that several documents state goes out of each */
export async function editsOf(inputs: readonly FileInput[], changes: readonly Change[]): Promise<Edit[]> {
  const gone = new Map(changes.map((change) => [rowId(kindOf(change), valuesOf(change)), change]));
  const edits: Edit[] = [];
  for (const input of new Map(inputs.map((one) => [one.name, one])).values()) {
    const stated = factsOf(input).filter((fact) => gone.has(rowId(fact.kind, fact.row)));
    if (stated.length === 0) continue;
    const removals = [...new Set(stated.flatMap((fact) => gone.get(rowId(fact.kind, fact.row)) ?? []))];
    edits.push({ input, removals, edited: await editOf(input, stated, gone) });
  }
  return edits;
}

const isFile = ({ form, name }: FileInput): boolean => form === "nested" && name !== "standard input";

function factsOf(input: FileInput): Fact[] {
  if (isFile(input)) return [...readDocument(input, input.value, new Problems()).facts];
  return Object.values(documentOf([input]).facts).flatMap((facts: ReadonlyMap<string, Fact>) => [...facts.values()]);
}

/** The text is read again: it must say what the file said, in the same order, but for what goes. */
async function editOf(
  input: FileInput,
  stated: readonly Fact[],
  gone: ReadonlyMap<string, Change>,
): Promise<Edit["edited"]> {
  if (!isFile(input)) return undefined;
  const file = await editedFile(
    input.name,
    stated.map(({ place }) => place.path),
  );
  const again = file && (await readAgain(input.name, file));
  return again && saidBy(again) === saidBy(input, gone) ? { ...file, input: again } : undefined;
}

async function readAgain(name: string, { format, text }: EditedFile): Promise<FileInput | undefined> {
  try {
    return format === "json" ? readJson(name, text) : (await import("../../files/yaml.ts")).readYaml(name, text);
  } catch {
    return undefined;
  }
}

/** All that a document says, but where it stands. */
function saidBy(input: FileInput, gone: ReadonlyMap<string, Change> = new Map()): string {
  const problems = new Problems();
  const { sections, facts, tests, lint, part } = readDocument(input, input.value, problems);
  problems.throwIfAny();
  const left = [...facts].filter((fact) => !gone.has(rowId(fact.kind, fact.row)));
  const said = { closed: input.closed, sections: [...sections], facts: left, tests, lint, part };
  return JSON.stringify(said, (key, value) => (key === "place" ? undefined : value));
}
