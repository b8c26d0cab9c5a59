/** Expressions put together while they are read, with their sizes: none grows past its limits (rule 33). */
import type { Expression } from "./expression.ts";
import { Fault } from "./fault.ts";

/** An expression with what limits count: a path, literal, comparison, function, `!`, `&&` and `||` is a node each. */
export interface Bounded {
  readonly node: Expression;
  readonly nodes: number;
  readonly depth: number;
  /** Where it begins. */
  readonly at: number;
}

const NODES = 64;
const DEPTH = 16;

/** @throws Fault for what is too large. */
export function bounded(node: Expression, nodes: number, depth: number, at: number): Bounded {
  checkNodes(nodes, at);
  checkDepth(depth, at);
  return { node, nodes, depth, at };
}

/** @throws Fault for more nodes than a condition may have. */
export function checkNodes(nodes: number, at: number): void {
  if (nodes > NODES) throw new Fault(`a condition has at most ${NODES} parts: paths, values and what joins them`, at);
}

/** @throws Fault for more levels than a condition may have. */
export function checkDepth(depth: number, at: number): void {
  if (depth > DEPTH) throw new Fault(`a condition is at most ${DEPTH} levels deep`, at);
}

export const negated = (of: Bounded, at: number): Bounded =>
  bounded({ kind: "not", of: of.node }, of.nodes + 1, of.depth + 1, at);

/** Two expressions joined; what one of them joins in the same way lies flat beside the other. */
export function combined(kind: "and" | "or", left: Bounded, right: Bounded): Bounded {
  const [a, b] = [flat(kind, left), flat(kind, right)];
  return bounded({ kind, all: [...a.all, ...b.all] }, a.nodes + b.nodes + 1, Math.max(a.depth, b.depth) + 1, left.at);
}

function flat(kind: "and" | "or", { node, nodes, depth }: Bounded) {
  return node.kind === kind ? { all: node.all, nodes: nodes - 1, depth: depth - 1 } : { all: [node], nodes, depth };
}
