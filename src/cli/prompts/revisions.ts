/** The recent revisions, to choose one that is taken back: when, by whom, and what. */
import { countText } from "../../output/count-text.ts";
import { PLAIN, styleFor } from "../../output/style.ts";
import { changeLine } from "../../output/views/change-lines.ts";
import { grouped } from "../../policy/model/group-by.ts";
import type { Entry } from "../../policy/model/results.ts";
import type { List } from "./asked.ts";
import type { Choice } from "./choice.ts";

/** So many entries are read. */
const MOST_ENTRIES = 1000;

/** The newest first. */
export const recentRevisions: List = async ({ open }) => {
  const entries = await (await open()).record.entries({ last: MOST_ENTRIES });
  const { time } = await styleFor(true, {});
  const groups = [...grouped(entries, ({ revision }) => revision).values()].reverse();
  return groups.map((group, at) => {
    const isCut = entries.length === MOST_ENTRIES && at === groups.length - 1;
    return choiceOf(group, isCut ? "at least " : "", time);
  });
};

function choiceOf([first, ...others]: readonly Entry[], atLeast: string, time: (at: string) => string): Choice {
  const { revision, at, actor, change } = first as Entry;
  const more = others.length === 0 ? "" : ` and ${atLeast}${countText(others.length)} more`;
  return { value: String(revision), shown: `${revision}  ${time(at)}  ${actor}  ${changeLine(change, PLAIN)}${more}` };
}
