/** Draws a tree as lines of text. */

export interface Branch {
  readonly text: string;
  /** The children. Called when the branch is drawn, so that a deep tree never exists as a whole. */
  below?(): readonly Branch[];
}

/** The lines of a tree; the root is not indented. Uses a stack instead of recursion, so that depth has no limit. */
export function drawTree(root: Branch): string[] {
  const lines: string[] = [];
  const stack: { branch: Branch; lead: string; below: string }[] = [{ branch: root, lead: "", below: "" }];
  for (let node = stack.pop(); node; node = stack.pop()) {
    lines.push(`${node.lead}${node.branch.text}`);
    const children = node.branch.below?.() ?? [];
    const { below } = node;
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
