/** `--only`: the part of a policy that a command keeps to, in the same words wherever it is. */
import { Flags } from "@oclif/core";
import { wrong } from "../../errors.ts";
import type { Part, PartKey, PartValue } from "../../policy/part/part.ts";
import { parsePartText, partOf } from "../../policy/part/part-texts.ts";

type Said = readonly (readonly [PartKey, PartValue])[];

/** @param description what is done with the part */
export const onlyFlag = (description: string) =>
  Flags.custom<Said>({
    description: `${description}, as in 'roles=billing-*,scopes=acme' (repeatable)`,
    helpValue: "PART",
    multiple: true,
    multipleNonGreedy: true,
    parse: async (text) => {
      if (text === "") throw wrong("VALUE_EMPTY", "the value is empty; is a shell variable unset?");
      return parsePartText(text);
    },
  })();

/** The part that all of these say together; `undefined` where none is said. */
export const partSaid = (said: readonly Said[] | undefined): Part | undefined => said && partOf(said.flat());
