/** The view of a rule of lint: what it finds, why that matters, what to do. */
import type { Rule } from "../../policy/lint/rules/rule.ts";
import { wrappable } from "../paragraph.ts";
import type { View } from "../render.ts";

export function explainedView({ id, severity, isOff = false, title, help }: Rule): View {
  const off = isOff ? ", off unless it is asked for by name" : "";
  return {
    json: { rule: id, severity, off: isOff, title, help },
    table: { head: ["rule", "severity", "off", "title", "help"], rows: [[id, severity, isOff, title, help]] },
    text: (style) => [`${style.strong(id)} (${severity}${off})`, wrappable(`Finds ${title}.`), wrappable(help)],
  };
}
