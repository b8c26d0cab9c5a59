/** Trees, drawn with lines. */

export interface Branch {
  readonly text: string;
  /** What hangs below: made when it is drawn, so that a tree may be as deep as it likes. */
  below?(): readonly Branch[];
}

/** The lines of a tree; the root stands at the margin. Deep trees are walked with a stack, not with calls. */
export function drawTree(root: Branch): string[] {
  const lines: string[] = [];
  const stack: { branch: Branch; lead: string; below: string }[] = [{ branch: root, lead: "", below: "" }];
  for (let at = stack.pop(); at; at = stack.pop()) {
    lines.push(`${at.lead}${at.branch.text}`);
    const children = at.branch.below?.() ?? [];
    const { below } = at;
    for (let i = children.length - 1; i >= 0; i--) {
      const last = i === children.length - 1;
      stack.push({
        branch: children[i] as Branch,
        lead: `${below}${last ? "└─ " : "├─ "}`,
        below: `${below}${last ? "   " : "│  "}`,
      });
    }
  }
  return lines;
}
