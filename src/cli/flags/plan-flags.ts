/** The flags of plans: gates, how much is shown, where it goes. */
import { Flags } from "@oclif/core";
import { wrong } from "../../errors.ts";
import { parseName, quote } from "../../policy/model/names.ts";
import { parsePattern } from "../../policy/model/permissions.ts";
import { parseDuration } from "../../policy/model/times.ts";
import { countFlag, patternsFlag, rolesFlag, timeFlag } from "./shared-flags.ts";

type Removals = { readonly rows: number } | { readonly percent: number };

function parseRemovals(text: string): Removals {
  const [, number, percent] = /^(\d{1,9})(%?)$/.exec(text) ?? [];
  const count = Number(number);
  if (number === undefined || (percent && count > 100))
    throw wrong("VALUE_INVALID", `${quote(text)} is no limit of removals: write 10, or 5% of the rows of their kinds`);
  return percent ? { percent: count } : { rows: count };
}

/** Names may hold a colon, patterns mostly do: what stands before the first one is the name. */
function parseAllowed(text: string): { readonly user: string; readonly pattern: string } {
  const colon = text.indexOf(":");
  if (colon < 1)
    throw wrong("VALUE_INVALID", `${quote(text)} names nobody: write USER:PATTERN, as in alice:posts:read`);
  return { user: parseName(text.slice(0, colon)), pattern: parsePattern(text.slice(colon + 1)) };
}

function parsePeople(text: string): number {
  if (text === "all") return Number.POSITIVE_INFINITY;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrong("VALUE_INVALID", `${quote(text)} is no number of people: write 10, or all`);
}

const nonEmpty =
  <T>(parse: (text: string) => T) =>
  async (text: string): Promise<T> => {
    if (text === "") throw wrong("VALUE_EMPTY", "the value is empty; is a shell variable unset?");
    return parse(text);
  };

export const PEOPLE = Flags.custom<number>({
  description: "so many names where the same happens to many (10)",
  helpValue: "N|all",
  parse: nonEmpty(parsePeople),
})();

export const EXPAND = Flags.boolean({ description: "name each permission that a changed pattern covers" });

export const MAX_AGE = Flags.custom<number>({
  description: "refuse a plan that is older (7d)",
  helpValue: "DURATION",
  parse: nonEmpty(parseDuration),
})();

const WITH_IMPACT = { dependsOn: ["impact"] };

/** The flags of a comparison that tells of people. */
export const IMPACT_FLAGS = {
  impact: Flags.boolean({ description: "who gains and who loses what, in place of the changes" }),
  at: timeFlag("with --impact: judge for this moment: a time, -7d, +7d, or a revision @12", "TIME", WITH_IMPACT),
  people: { ...PEOPLE, ...WITH_IMPACT },
  expand: { ...EXPAND, ...WITH_IMPACT },
};

const SHOWN_PEOPLE = 10;

export const peopleShown = ({ people = SHOWN_PEOPLE }: { readonly people?: number | undefined }): number => people;

export const GATE_FLAGS = {
  "no-gains": Flags.boolean({ description: "gate: nobody may gain anything" }),
  "no-losses": Flags.boolean({ description: "gate: nobody may lose anything" }),
  "max-affected": countFlag("gate: so many people may gain or lose, no more"),
  "max-removals": Flags.custom<Removals>({
    description: "gate: so many rows, or % of their kinds, may go",
    helpValue: "N|N%",
    parse: nonEmpty(parseRemovals),
  })(),
  protect: patternsFlag("gate: nobody may gain this, quoted (repeatable)"),
  "protect-role": rolesFlag("gate: nobody may newly hold it (repeatable)"),
  "allow-gain": Flags.custom<ReturnType<typeof parseAllowed>>({
    description: "let somebody gain this all the same (repeatable)",
    helpValue: "USER:PATTERN",
    multiple: true,
    multipleNonGreedy: true,
    parse: nonEmpty(parseAllowed),
  })(),
};

export interface GatesSaid {
  readonly "no-gains": boolean;
  readonly "no-losses": boolean;
  readonly "max-affected"?: number | undefined;
  readonly "max-removals"?: Removals | undefined;
  readonly protect?: readonly string[] | undefined;
  readonly "protect-role"?: readonly string[] | undefined;
  readonly "allow-gain"?: readonly ReturnType<typeof parseAllowed>[] | undefined;
}

/** What the flags ask of a plan. */
export const gatesSaid = (said: GatesSaid) => ({
  noGains: said["no-gains"],
  noLosses: said["no-losses"],
  ...(said["max-affected"] !== undefined && { maxAffected: said["max-affected"] }),
  ...(said["max-removals"] && { maxRemovals: said["max-removals"] }),
  ...(said.protect && { protect: said.protect }),
  ...(said["protect-role"] && { protectRole: said["protect-role"] }),
  ...(said["allow-gain"] && { allowGain: said["allow-gain"] }),
});
