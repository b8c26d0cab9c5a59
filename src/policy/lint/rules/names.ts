/** Names that mislead: nearly those of others, in another style, or of nothing in particular. */
import { by } from "../../model/byte-order.ts";
import { skeleton } from "../../model/confusables.ts";
import { grouped } from "../../model/group-by.ts";
import { quote } from "../../model/names.ts";
import { type NameStyle, nearKey, stylesOf } from "../judging/name-forms.ts";
import type { Found, LintInput, Rule } from "./rule.ts";

type NamedKind = "permission" | "role" | "user";

const namesOf = ({ index }: LintInput, kind: NamedKind): string[] => [...index.policy[kind].keys()].sort(by((n) => n));

const subjectOf = (kind: NamedKind, name: string) => ({ kind, key: { [kind]: name } });

export const NEAR_DUPLICATE_NAME: Rule = {
  id: "near-duplicate-name",
  severity: "note",
  title: "two names that differ by case, by number, by what joins their words, or by letters that look alike",
  help:
    "Somebody will write the one and mean the other: posts:read and post:read, editor and editors, order_read and " +
    "order-read. Rename one of them. Of users only case and look-alikes are compared.",
  *find(input) {
    for (const kind of ["permission", "role"] as const) yield* nearlyEqual(kind, namesOf(input, kind), nearKey);
    yield* nearlyEqual("user", namesOf(input, "user"), (name) => skeleton(name.toLowerCase()));
  },
};

function* nearlyEqual(kind: NamedKind, names: readonly string[], key: (name: string) => string): Iterable<Found> {
  for (const [first = "", ...others] of grouped(names, key).values())
    for (const name of others)
      yield { subject: subjectOf(kind, name), message: `it is nearly the name ${quote(first)}`, apart: first };
}

export const MIXED_STYLE: Rule = {
  id: "mixed-style",
  severity: "note",
  title: "names of one kind in several styles: camelCase, kebab-case, snake_case",
  help: "Who writes a name from memory will choose the wrong one. Rename what is in the rarer style.",
  *find(input) {
    for (const kind of ["permission", "role"] as const) {
      const styled = namesOf(input, kind).flatMap((name) => stylesOf(name).map((style) => ({ style, name })));
      const groups = [...grouped(styled, ({ style }): NameStyle => style)].sort(([, a], [, b]) => b.length - a.length);
      const [rarest] = groups.at(-1) ?? [];
      if (groups.length < 2 || rarest === undefined) continue;
      const name = groups.at(-1)?.[1][0]?.name as string;
      const counts = groups.map(([style, names]) => `${names.length} in ${style}`).join(", ");
      yield { subject: subjectOf(kind, name), message: `it is in ${rarest}: of the ${kind}s ${counts}`, apart: kind };
    }
  },
};

/** Actions that say nothing without a resource. */
const VAGUE: ReadonlySet<string> = new Set([
  ...["access", "add", "admin", "all", "change", "create", "delete", "do", "edit", "execute", "list", "manage"],
  ...["modify", "read", "remove", "run", "update", "use", "view", "write"],
]);

export const VAGUE_NAME: Rule = {
  id: "vague-name",
  severity: "note",
  title: "a permission that is an action without a resource, such as edit, manage or access",
  help:
    "Nobody can tell what it allows, so it comes to allow more and more. Say what is edited or managed: posts:edit, " +
    "users:manage.",
  *find(input) {
    for (const name of namesOf(input, "permission"))
      if (VAGUE.has(name.toLowerCase()))
        yield { subject: subjectOf("permission", name), message: "it does not say what of" };
  },
};
