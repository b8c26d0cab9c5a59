/** Assignments that a file lists, to be taken back: a spreadsheet, or any document that states people alone. */
import { wrong } from "../../errors.ts";
import { readInputs } from "../../files/read-inputs.ts";
import { documentOf } from "../../policy/document/read.ts";
import type { Rows } from "../../policy/model/rows.ts";

type Listed = Pick<Rows["assignment"], "user" | "role" | "scope"> & { readonly reason: string | null };

/**
 * The keys of the assignments that a file states, each with the reason that stands there.
 * @param path `-` for standard input
 * @throws RbacError (exit 2) for a file that cannot be read, states other things too, or no assignment.
 */
export async function listedAssignments(path: string): Promise<Listed[]> {
  const { sections, facts } = documentOf(await readInputs([path]));
  const other = [...sections].find((section) => section !== "users");
  if (other) throw wrong("VALUE_INVALID", `${path} states ${other}, and a list of assignments states users alone`);
  if (facts.assignment.size === 0) throw wrong("VALUE_INVALID", `${path} states no assignment`);
  return [...facts.assignment.values()].map(({ row, reason }) => ({ ...(row as Rows["assignment"]), reason }));
}
