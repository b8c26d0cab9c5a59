/**
 * The view of `why`: a tree of the decision with the stamps of its rows; for a "no" the near misses and the remedies.
 */

import type { JudgedAtom } from "../../policy/conditions/explain.ts";
import type { Decision } from "../../policy/evaluate/decide.ts";
import { type Because, refsOf } from "../../policy/evaluate/evidence.ts";
import type { NearMiss } from "../../policy/evaluate/near-misses.ts";
import type { Explanation, Remedy } from "../../policy/impact/advice.ts";
import type { FirstHand } from "../../policy/model/results.ts";
import { counted, countText, peopleText } from "../count-text.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import type { Style } from "../style.ts";
import { type Branch, drawTree } from "../tree.ts";
import { changeText } from "./change-commands.ts";
import { reasonText, yesOrNo } from "./decision.ts";
import { grantText, limitsText, scopeText, windowText } from "./decision-path.ts";
import { renamingsText } from "./former-names.ts";

type ExplainedAnswer = Explanation & { readonly revision: number; readonly notices: readonly string[] };

/** The answer as JSON. */
export function whyJson(answer: Explanation & { readonly revision: number }) {
  const { revision, decision, near } = answer;
  const { allowed, user } = decision;
  const explained = { ...decision, because: decision.because.map((path) => stamped(path, user, answer)) };
  const misses = near.misses.map((miss) => stamped(miss, user, answer));
  const remedies = near.remedies.map((remedy) => ({ ...remedy, commands: remedy.changes.map(changeText) }));
  return { allowed, revision, decisions: [allowed ? explained : { ...explained, near: misses, remedies }] };
}

export function whyView(answer: ExplainedAnswer): View {
  const { decision, near, notices } = answer;
  const { user } = decision;
  const paths: readonly NearMiss[] = [...decision.because.map((path) => ({ ...path, obstacles: [] })), ...near.misses];
  return {
    json: whyJson(answer),
    notices,
    table: {
      head: ["effect", "held", "roles", "grant", "scope", "obstacles"],
      rows: paths.map(({ effect, held, roles, grant, scope, obstacles }) => [
        effect,
        held,
        roles,
        grant?.permission ?? null,
        scope,
        obstacles,
      ]),
    },
    text: (style) => {
      const treeOf = (path: Because) => pathTree(path, user, answer, style);
      return [
        ...drawTree(decisionTree(decision, treeOf, style)),
        ...section(
          "near",
          near.misses.flatMap((miss) => drawTree(missTree(miss, treeOf(miss), style))),
          style,
        ),
        ...section(
          "what would allow it",
          [...near.remedies.map((remedy) => remedyText(remedy, user, style)), ...windowHint(near.remedies, style)],
          style,
        ),
      ];
    },
  };
}

const section = (title: string, lines: readonly string[], style: Style): string[] =>
  lines.length === 0 ? [] : ["", style.strong(title), ...lines];

/** The path with the stamp of each of its rows, and what its condition asks. An assumed role has no stamp. */
function stamped<T extends Because>(path: T, user: string | null, { entryOf, atomsOf }: Explanation) {
  const stamps = refsOf(path, user).map((ref) => stampJson(entryOf(ref)));
  const holdingStamp = path.assignment.revision === null ? null : (stamps.shift() ?? null);
  const { assignment, inheritance, grant } = path;
  return {
    ...path,
    assignment: { ...assignment, stamp: holdingStamp },
    inheritance: inheritance.map((edge) => ({ ...edge, stamp: stamps.shift() ?? null })),
    grant: grant && { ...grant, stamp: stamps.shift() ?? null },
    ...(typeof grant?.when === "string" && { condition: atomsOf(path) }),
  };
}

/** The stamp of a row, of its first hand. `as` is there where a name was another then. */
function stampJson(stamp: FirstHand | undefined) {
  if (!stamp) return null;
  const { revision, actor, at, reason, as, renamings } = stamp;
  return { revision, actor, at, reason, ...(renamings.length > 0 && { as, renamings }) };
}

function decisionTree(decision: Decision, treeOf: (path: Because) => Branch, style: Style): Branch {
  const { allowed, user, permission, scope, reason, because } = decision;
  const question = safe`${user ?? "somebody"} ${permission}` + scopeText(scope);
  // What would allow it, but for its condition, stands among the near misses; here stands what is in its way.
  const shown = reason === "condition" ? because.filter(({ effect }) => effect === "deny") : because;
  const isExplained = shown.length > 0 && reason !== "condition";
  const below = () => [...(isExplained ? [] : [{ text: reasonText(decision, style) }]), ...shown.map(treeOf)];
  return { text: `${yesOrNo(allowed, style)}${limitsText(decision)}  ${question}`, below };
}

const missTree = (miss: NearMiss, tree: Branch, style: Style): Branch => ({
  ...tree,
  text: `${style.bad(miss.obstacles.join(", "))}: ${tree.text}`,
});

/** A path as a branch: the holding, below it each inherited role, at the end the grant with what its condition asks. */
function pathTree(path: Because, user: string | null, { entryOf, atomsOf }: Explanation, style: Style): Branch {
  const { role, scope, revision } = path.assignment;
  const holdingWord = { assigned: "assigned", everyone: "everyone holds", assumed: "assumes" }[path.held];
  const words = [
    safe`${holdingWord} ${role}` + scopeText(scope) + windowText(path.assignment, style),
    ...path.inheritance.map((edge) => safe`inherits ${edge.inherits}`),
    ...(path.grant ? [grantText(path)] : []),
  ];
  const stamps = refsOf(path, user).map((ref) => stampText(entryOf(ref), style));
  if (revision === null) stamps.unshift("");
  const steps = words.map((text, at) => text + style.faint(stamps[at] ?? ""));
  const branch = (at: number): Branch => ({
    text: steps[at] ?? "",
    below: () => (at + 1 < steps.length ? [branch(at + 1)] : atomsOf(path).map((atom) => ({ text: atomText(atom) }))),
  });
  return branch(0);
}

/** `resource.status == "published": was "draft"` */
function atomText({ text, holds, values }: JudgedAtom): string {
  const isPresence = text === `has(${Object.keys(values)[0]})`;
  const entries = Object.entries(values);
  const absent = entries.filter(([, value]) => value === null).map(([path]) => path);
  if (isPresence) return safe`${text}: ${holds === null ? "not given" : holds ? "is there" : "is not there"}`;
  if (absent.length > 0) return safe`${text}: ${entries.length === 1 ? "" : `${absent.join(" and ")} `}not given`;
  const shown = entries.map(([, value]) => JSON.stringify(value)).join(" and ");
  return safe`${text}: was ${shown}${holds === null ? ", which decides nothing" : ""}`;
}

function stampText(stamp: FirstHand | undefined, style: Style): string {
  if (!stamp) return "";
  const { revision, actor, at, reason, renamings } = stamp;
  const why = reason === null ? "" : safe` (${JSON.stringify(reason)})`;
  return safe`  @${revision} by ${actor}, ${style.time(at)}` + why + renamingsText(renamings);
}

function remedyText(remedy: Remedy, user: string | null, style: Style): string {
  const limit = remedy.when === undefined ? "" : safe`; only when ${remedy.when}`;
  return `${remedy.changes.map(changeText).join(" && ")}${style.faint(`  (${touchedText(remedy, user)}${limit})`)}`;
}

/** An assignment that ends by itself is less to forget. */
const windowHint = (remedies: readonly Remedy[], style: Style): string[] =>
  remedies.some(({ changes }) => changes.some(({ kind }) => kind === "assignment.add"))
    ? [style.faint("for a time only: assign with --for, such as --for 8h, or with --until")]
    : [];

/** Whom a remedy touches, and by how many permissions: `5,001 people gain 1 permission each`. */
function touchedText({ adds, loses, people, each, more }: Remedy, user: string | null): string {
  const { gain, lose, both } = people;
  const losing = loses === 0 ? "" : ` and loses ${countText(loses)}`;
  if (!more && gain + lose - both === 1) return `${safe`${user ?? ""}`} gains ${permissionsText(adds)}${losing}`;
  if (gain === 0) return "nobody gains a permission";
  const least = each.least === each.most ? "" : `${countText(each.least)} to `;
  const losers = lose === 0 ? "" : `, and ${countText(lose)} lose some`;
  return `${peopleText(gain)}${more ? " or more" : ""} gain ${least}${permissionsText(each.most)} each${losers}`;
}

const permissionsText = (count: number): string => counted(count, "permission");
