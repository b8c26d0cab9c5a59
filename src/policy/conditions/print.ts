/** The canonical text of a condition (rule 33): two conditions are equal when these texts are. */
import { type AttributePath, type Expression, isPath, type Literal, type Operand } from "./expression.ts";

/** Prints a tree: single spaces, least parentheses, no reordering. */
export function conditionText(expression: Expression): string {
  switch (expression.kind) {
    case "path":
      return dottedPath(expression.path);
    case "compare":
      return `${dottedPath(expression.path)} ${expression.operator} ${operandText(expression.to)}`;
    case "in":
      return `${operandText(expression.item)} in ${listText(expression.list)}`;
    case "has":
      return `has(${dottedPath(expression.path)})`;
    case "cidr":
      return `cidr(${dottedPath(expression.path)}, ${literalText(expression.range)})`;
    case "within":
      return `within(context.time, ${literalText(expression.text)})`;
    case "not":
      return BINDS_LESS.includes(expression.of.kind)
        ? `!(${conditionText(expression.of)})`
        : `!${conditionText(expression.of)}`;
    case "and":
      return expression.all
        .map((one) => (one.kind === "or" ? `(${conditionText(one)})` : conditionText(one)))
        .join(" && ");
    case "or":
      return expression.all.map(conditionText).join(" || ");
  }
}

/** What `!` would not take whole. */
const BINDS_LESS = ["compare", "in", "and", "or"];

export const dottedPath = ({ root, names }: AttributePath): string => `${root}.${names.join(".")}`;

const operandText = (operand: Operand): string =>
  isPath(operand) ? dottedPath(operand) : literalText(operand.literal);

const listText = (list: AttributePath | readonly Literal[]): string =>
  "root" in list ? dottedPath(list) : `[${list.map(literalText).join(", ")}]`;

/** As JSON. What cannot be seen is escaped, as it could show a reviewer another condition than the one that holds. */
function literalText(literal: Literal): string {
  if (typeof literal !== "string") return String(literal);
  const json = JSON.stringify(literal);
  if (/^[ -~]*$/.test(json)) return json; // Most are, and the other pattern is slow to make ready.
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) =>
    [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  );
}
