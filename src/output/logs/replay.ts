/** The views of `replay`: lines of a log that are answered otherwise, and what a proposal would change. */
import type { Compared } from "../../decisions/review/against.ts";
import type { ChangedDecisions } from "../../decisions/review/changed-decisions.ts";
import type { Replayed } from "../../decisions/review/replay.ts";
import type { ShownAnswer, ShownQuestion } from "../../decisions/review/shown-question.ts";
import { EXIT } from "../../errors.ts";
import { countText } from "../count-text.ts";
import { impactJson } from "../impact/impact-json.ts";
import type { View } from "../render.ts";
import { timeCell } from "../table.ts";
import { leftOutLines } from "./left-out.ts";
import { NAMES_IN_JSON, proposalLines } from "./proposal-lines.ts";

/** Exit 1 where a line is answered otherwise. */
export function replayView({ revision, counts, notAsked, disagreements }: Replayed): View {
  const { replayed, disagreed } = counts;
  const agree = `${countText(replayed - disagreed)} of ${linesText(replayed)} agree`;
  return {
    json: { revision, lines: counts, notReplayed: notAsked, disagreements },
    table: {
      head: ["line", "at", "revision", "user", "permission", "scope", "logged", "replayed"],
      rows: disagreements.map((one) => [
        `${one.file}:${one.line}`,
        timeCell(one.at),
        one.revision,
        one.user ?? "(nobody)",
        topicOf(one),
        one.scope,
        answerText(one.logged),
        answerText(one.replayed),
      ]),
      least: ["at", "revision"],
    },
    cut: disagreements.length < disagreed ? [{ shown: disagreements.length, total: disagreed }] : undefined,
    closing: [agree, ...leftOutLines(notAsked, counts)],
    exitCode: disagreed > 0 ? EXIT.no : EXIT.yes,
  };
}

/** @param limit the most rows. Exit 1 where the proposal changes an answer. */
export function comparedView(compared: Compared, limit = compared.changes.length): View {
  const { revision, counts, notAsked, people, changes, proposed } = compared;
  const { replayed, changed, otherwise } = counts;
  const rows = changes.slice(0, limit);
  const changing =
    changed === 0
      ? `none of ${linesText(replayed)} would be answered otherwise`
      : `${countText(changed)} of ${linesText(replayed)} would be answered otherwise: ${peopleText(people)}`;
  const before = `${countText(otherwise)} are answered otherwise already, by the policy as it is`;
  const { impact } = proposed;
  const table = {
    head: ["user", "permission", "now", "proposed", "decisions", "scopes", "last"],
    rows: rows.map((one) => [
      one.user ?? "(nobody)",
      topicOf(one),
      answerText(one.now),
      answerText(one.proposed),
      one.decisions,
      one.scopes,
      timeCell(one.last),
    ]),
    least: ["last", "scopes"],
  };
  return {
    json: {
      revision,
      lines: counts,
      notReplayed: notAsked,
      people,
      changes: rows,
      impact: impactJson(impact, NAMES_IN_JSON),
    },
    table,
    text: () => [...(rows.length > 0 ? [table] : []), ...proposalLines(impact, proposed.changes)],
    cut: rows.length < changes.length ? [{ shown: rows.length, total: changes.length }] : undefined,
    closing: [changing, ...(otherwise > 0 ? [before] : []), ...leftOutLines(notAsked, counts)],
    exitCode: changed > 0 ? EXIT.no : EXIT.yes,
  };
}

const linesText = (count: number): string => `${countText(count)} ${count === 1 ? "decision" : "decisions"}`;

const peopleText = ({ lose, gain }: Compared["people"]): string =>
  `${countText(lose)} ${lose === 1 ? "user" : "users"} may less of what they asked, ${countText(gain)} more`;

const topicOf = ({ permission, role }: Pick<ShownQuestion | ChangedDecisions, "permission" | "role">): string =>
  permission ?? `role ${role}`;

const answerText = ({ decision, reason }: ShownAnswer): string =>
  decision === null ? reason : `${decision ? "yes" : "no"}${decision || reason === "none" ? "" : `: ${reason}`}`;
