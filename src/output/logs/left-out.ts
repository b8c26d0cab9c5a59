/** What of a decision log was not asked again, and why, as results about logs show it. */
import type { LogCounts, NotAsked } from "../../decisions/review/not-asked.ts";
import { countText } from "../count-text.ts";

const WORDS: { readonly [R in keyof NotAsked]: string } = {
  errors: "had no answer, but an error",
  empty: "were asked of the database when it was empty",
  later: "are of revisions that the database does not have",
  values: "depend on values of attributes that are not in the log",
  gone: "ask about what is not there now",
};

/** Lines that tell what was left out; none where nothing was. */
export function leftOutLines(notAsked: NotAsked, { dropped, cut }: LogCounts): string[] {
  const reasons = (Object.keys(WORDS) as (keyof NotAsked)[]).flatMap((reason) =>
    notAsked[reason] > 0 ? [`not replayed: ${countText(notAsked[reason])} ${WORDS[reason]}`] : [],
  );
  return [
    ...reasons,
    ...(dropped > 0 ? [`not in the log: ${countText(dropped)} that were dropped as it was written`] : []),
    ...(cut > 0 ? [`cut: ${countText(cut)} of which the end is missing`] : []),
  ];
}
