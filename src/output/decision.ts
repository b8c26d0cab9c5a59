/** Yes, no, and why: the answers of `can`, `has` and `why`. */
import { EXIT } from "../errors.ts";
import type { Change } from "../policy/change.ts";
import type { Because, Decision, Holds } from "../policy/decide.ts";
import type { Near, NearMiss } from "../policy/near.ts";
import { changeText } from "./changes.ts";
import { say } from "./clean.ts";
import type { Ink } from "./ink.ts";
import { exceptText, pathText, scopeText, windowText } from "./path.ts";
import { type Branch, drawTree } from "./tree.ts";
import type { View } from "./view.ts";

type Answer = Decision | Holds;

/** What was asked about: a permission or a role. */
const subject = (answer: Answer): string => ("permission" in answer ? answer.permission : answer.role);

const who = (answer: Answer): string => answer.user ?? "somebody";

/** The sentence that follows a bare yes or no. */
function reasonText(answer: Answer): string {
  const { user, scope } = answer;
  const what = say`${subject(answer)}` + scopeText(scope);
  if (answer.reason === "disabled") return say`${user ?? ""} is disabled`;
  if (answer.reason === "session") return say`${who(answer)} does not hold every role to activate`;
  if (answer.reason === "none") {
    return "permission" in answer
      ? say`nothing that ${who(answer)} holds allows ` + what
      : say`${who(answer)} does not hold ` + what;
  }
  return answer.because.map(pathText).join("; ");
}

const verdict = (allowed: boolean, ink: Ink): string => (allowed ? ink.good("yes") : ink.bad("no"));

export interface Asked {
  readonly revision: number;
  readonly decisions: readonly Answer[];
  /** With several answers, whether one yes is enough. */
  readonly any: boolean;
  /** The answer that the asker expects, if any: then it decides the exit code. */
  readonly expect: boolean | undefined;
  readonly talk?: readonly string[];
}

/** The view of one or more answers; the exit code is 0 for yes and 1 for no, or for as expected and not (rule 9). */
export function decisionView({ revision, decisions, any, expect, talk = [] }: Asked): View {
  const allowed = any ? decisions.some((answer) => answer.allowed) : decisions.every((answer) => answer.allowed);
  const yes = expect === undefined ? allowed : allowed === expect;
  return {
    json: { allowed, revision, decisions },
    table: {
      head: ["allowed", "user", "permission", "scope", "reason"],
      rows: decisions.map((answer) => [answer.allowed, answer.user, subject(answer), answer.scope, answer.reason]),
    },
    text: (ink) => [
      verdict(allowed, ink),
      ...decisions.flatMap((answer) => answerLines(answer, decisions.length > 1, ink)),
    ],
    exitCode: yes ? EXIT.yes : EXIT.no,
    yesOrNo: true,
    talk,
  };
}

function answerLines(answer: Answer, several: boolean, ink: Ink): string[] {
  const lead = several ? `${say`${subject(answer)}`}: ${verdict(answer.allowed, ink)}, ` : "";
  const line = `${lead}${ink.faint(reasonText(answer))}`;
  return answer.except.length === 0 ? [line] : [`${lead}yes, except on ${exceptText(answer.except)}`, line];
}

type Stamps = ReadonlyMap<number, { readonly actor: string; readonly at: string; readonly reason: string | null }>;

export interface Explained {
  readonly revision: number;
  readonly decision: Decision;
  readonly near: Near;
  readonly stamps: Stamps;
}

/** The decision as a tree, each step with who made it so and when; for a "no" what was near, and what would change it. */
export function whyView({ revision, decision, near, stamps }: Explained): View {
  const { allowed } = decision;
  const told = { ...decision, because: decision.because.map((path) => stamped(path, stamps)) };
  const misses = near.misses.map((miss) => stamped(miss, stamps));
  const remedies = near.remedies.map(({ changes, adds }) => ({ changes, adds, commands: changes.map(changeText) }));
  return {
    json: { allowed, revision, decisions: [allowed ? told : { ...told, near: misses, remedies }] },
    table: {
      head: ["effect", "held", "roles", "grant", "scope", "obstacles"],
      rows: [...decision.because.map((path) => ({ ...path, obstacles: [] })), ...near.misses].map((path) => [
        path.effect,
        path.held,
        path.roles,
        path.grant?.permission ?? null,
        path.scope,
        path.obstacles,
      ]),
    },
    text: (ink) => [
      ...drawTree(decisionTree(decision, stamps, ink)),
      ...section(
        "near",
        near.misses.flatMap((miss) => drawTree(missTree(miss, stamps, ink))),
        ink,
      ),
      ...section(
        "what would allow it",
        near.remedies.map((remedy) => remedyText(remedy.changes, remedy.adds, ink)),
        ink,
      ),
    ],
  };
}

const section = (title: string, lines: readonly string[], ink: Ink): string[] =>
  lines.length === 0 ? [] : ["", ink.strong(title), ...lines];

function stamped<T extends Because>(path: T, stamps: Stamps) {
  const withStamp = <R extends { revision: number | null }>(row: R) => {
    const { actor, at, reason } = stamps.get(row.revision ?? -1) ?? { actor: null, at: null, reason: null };
    return { ...row, stamp: row.revision === null ? null : { actor, at, reason } };
  };
  const { assignment, inheritance, grant } = path;
  return {
    ...path,
    assignment: withStamp(assignment),
    inheritance: inheritance.map(withStamp),
    grant: grant && withStamp(grant),
  };
}

function decisionTree(decision: Decision, stamps: Stamps, ink: Ink): Branch {
  const { allowed, user, permission, scope, except } = decision;
  const asked = say`${user ?? "somebody"} ${permission}` + scopeText(scope);
  const exceptions = except.length === 0 ? "" : `, except on ${exceptText(except)}`;
  const text = `${verdict(allowed, ink)}${exceptions}  ${asked}`;
  const below = decision.because.map((path) => pathTree(path, stamps, ink));
  return { text, below: () => (below.length > 0 ? below : [{ text: reasonText(decision) }]) };
}

const missTree = (miss: NearMiss, stamps: Stamps, ink: Ink): Branch => {
  const tree = pathTree(miss, stamps, ink);
  return { ...tree, text: `${ink.bad(miss.obstacles.join(", "))}: ${tree.text}` };
};

/** A path as a branch: what is held, each role inherited below it, the grant at the end. */
function pathTree(path: Because, stamps: Stamps, ink: Ink): Branch {
  const by = (revision: number | null) => ink.faint(stampText(revision, stamps));
  const { role, scope, from, until, revision } = path.assignment;
  const held = { assigned: "assigned", everyone: "everyone holds", assumed: "assumes" }[path.held];
  const steps = [
    say`${held} ${role}` + scopeText(scope) + windowText(from, until) + by(revision),
    ...path.inheritance.map((edge) => say`inherits ${edge.inherits}` + by(edge.revision)),
  ];
  if (path.grant) {
    const verb = path.effect === "allow" ? "grants" : "denies";
    steps.push(say`${verb} ${path.grant.permission}` + scopeText(path.grant.scope) + by(path.grant.revision));
  }
  const branch = (at: number): Branch => ({
    text: steps[at] ?? "",
    below: () => (at + 1 < steps.length ? [branch(at + 1)] : []),
  });
  return branch(0);
}

function stampText(revision: number | null, stamps: Stamps): string {
  const stamp = stamps.get(revision ?? -1);
  if (!stamp) return "";
  return (
    say`  @${revision ?? ""} by ${stamp.actor}, ${stamp.at}` + (stamp.reason === null ? "" : say`: ${stamp.reason}`)
  );
}

function remedyText(changes: readonly Change[], adds: number, ink: Ink): string {
  const more = adds > 1 ? `  (and ${adds - 1} more permission${adds > 2 ? "s" : ""})` : "";
  return `${changes.map(changeText).join(" && ")}${ink.faint(more)}`;
}
