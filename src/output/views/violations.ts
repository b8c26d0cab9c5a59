/** The view of constraint violations; exit 1 if there is one. */
import { EXIT, type Violation } from "../../errors.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";

export function violationsView({
  revision,
  violations,
}: {
  readonly revision: number;
  readonly violations: readonly (Violation & { readonly text: string })[];
}): View {
  const listed = violations.map(({ text: _, ...violation }) => violation);
  const count = `${violations.length} violation${violations.length === 1 ? "" : "s"}`;
  return {
    json: { revision, violations: listed },
    table: {
      head: ["constraint", "users", "scope", "at", "roles"],
      rows: listed.map(({ constraint, users, scope, at, roles }) => [constraint, users, scope, at, roles]),
    },
    text: (style) => violations.map(({ text }) => style.bad(safe`${text}`)),
    notices: [violations.length === 0 ? "every constraint holds" : count],
    exitCode: violations.length === 0 ? EXIT.yes : EXIT.no,
  };
}
