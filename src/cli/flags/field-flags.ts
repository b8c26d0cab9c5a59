/** The flags that set fields of what has a name, or clear them. */
import { Flags } from "@oclif/core";
import { wrong } from "../../errors.ts";

/** Sets fields to null. An empty value cannot do that: it is refused. */
export const clearFlag = <F extends string>(fields: readonly F[]) =>
  Flags.option({
    description: "take a field back to nothing (repeatable)",
    options: fields,
    helpValue: "FIELD",
    multiple: true,
    multipleNonGreedy: true,
  })();

/**
 * The fields that flags set, and those that `--clear` sets to null.
 * @throws RbacError `USAGE` (exit 2) when no field is given, or one is both set and cleared
 */
export function fieldsOf<F extends string>(
  flags: { readonly [K in F]?: string | undefined } & { readonly clear?: readonly F[] | undefined },
  fields: readonly F[],
): { [K in F]?: string | null } {
  const { clear = [] } = flags;
  const conflict = clear.find((field) => flags[field] !== undefined);
  if (conflict) throw wrong("USAGE", `--${conflict} and --clear ${conflict} contradict each other`);
  const set = fields.filter((field) => flags[field] !== undefined);
  if (set.length + clear.length === 0)
    throw wrong("USAGE", `say what to change: ${fields.map((field) => `--${field}`).join(", ")} or --clear`);
  const fieldValues = [...set.map((field) => [field, flags[field]]), ...clear.map((field) => [field, null])];
  return Object.fromEntries(fieldValues) as { [K in F]?: string | null };
}
