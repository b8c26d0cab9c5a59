/** What is said of a plan that was saved. */
import type { Plan } from "../../plans/plan.ts";
import { quoted } from "../shell-words.ts";

export const savedText = (file: string, { digest }: Plan): string =>
  `saved to ${file}; to apply it: rbac apply ${quoted(file)} --expect ${digest}`;
