/** Explains a "no": the paths that nearly allow, with their obstacles, and the smallest changes that would allow. */

import { isOwn, withoutOwn } from "../model/names.ts";
import { covers } from "../model/scopes.ts";
import { asksAsOwner, type Decision, grantsFor, type Question } from "./decide.ts";
import { type Because, because } from "./evidence.ts";
import { factsFor, residualOfPath } from "./judged-paths.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { holdingsOf, type Path, pathsThrough, reachedFrom } from "./walk.ts";

/** A reason for which a path does not allow. */
export type Obstacle =
  | "disabled"
  | "session"
  | "ended"
  | "not begun"
  | "other scope"
  | "owner only"
  | "condition"
  | "denied";

export type NearMiss = Because & { readonly obstacles: readonly Obstacle[] };

/** Every path that would allow without its obstacles, the fewest obstacles first. */
export function missesOf(index: PolicyIndex, question: Question, decision: Decision): NearMiss[] {
  const own = asksAsOwner(question);
  const facts = factsFor(index, question, withoutOwn(question.permission));
  const isDenied = decision.because.some(({ effect }) => effect === "deny"); // Or would be, but for what is not known.
  const session = new Set([...question.activate, ...question.assume]);
  /** A session that is refused blocks every path; a valid one blocks the paths through none of its roles. */
  const isOutsideSession = (evidence: Because) =>
    decision.reason === "session" ||
    (question.activate.length > 0 && !evidence.roles.some((role) => session.has(role)));
  const obstaclesOf = (path: Path, evidence: Because): Obstacle[] => {
    const { until, from } = path.reach.holding;
    const obstacles: [boolean, Obstacle][] = [
      [decision.reason === "disabled", "disabled"],
      [isOutsideSession(evidence), "session"],
      [until !== null && until <= question.at, "ended"],
      [from !== null && from > question.at, "not begun"],
      [!covers(path.scope, question.scope), "other scope"],
      [!own && isOwn(path.grant.permission), "owner only"],
      [residualOfPath(path, facts) !== true, "condition"],
      [isDenied, "denied"],
    ];
    return obstacles.flatMap(([applies, obstacle]) => (applies ? [obstacle] : []));
  };
  const withoutSession = { ...question, activate: [] };
  const reaches = reachedFrom(index, holdingsOf(index, withoutSession), withoutSession);
  return [...pathsThrough(reaches, grantsFor(index, withoutOwn(question.permission), true))]
    .filter((path) => path.effect === "allow")
    .map((path) => ({ path, evidence: because(path) }))
    .map(({ path, evidence }) => ({ ...evidence, obstacles: obstaclesOf(path, evidence) }))
    .sort((a, b) => a.obstacles.length - b.obstacles.length);
}
