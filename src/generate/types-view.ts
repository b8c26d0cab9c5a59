/** Views of `generate types`: the text, or what became of the file. */
import type { View } from "../output/render.ts";
import { quoted } from "../output/shell-words.ts";
import type { PolicyNames } from "./policy-names.ts";

const numbersOf = ({ permissions, roles, resources, attributes, digest }: PolicyNames) => ({
  digest,
  permissions: permissions.length,
  roles: roles.length,
  resources: resources.size,
  attributes: [...attributes.values()].reduce((sum, { size }) => sum + size, 0),
});

/** The view of the text itself. */
export const typeTextView = (names: PolicyNames, text: string): View => ({
  json: { ...numbersOf(names), types: text },
  table: { head: ["types"], rows: [[text]] },
  text: () => text.trimEnd().split("\n"),
});

interface TypeFile {
  readonly path: string;
  readonly withConstants: boolean;
  /** Whether the file is to be made, or has another text. */
  readonly isStale: boolean;
  readonly isThere: boolean;
  /** True where nothing is written. */
  readonly check: boolean;
}

/** The view of what was done with a file. Of a check the exit code is the answer. */
export function typeFileView(names: PolicyNames, file: TypeFile): View {
  const { path, isStale, check } = file;
  const numbers = numbersOf(names);
  return {
    json: { changed: isStale, dryRun: check, path, ...numbers },
    table: { head: ["changed", "path", ...Object.keys(numbers)], rows: [[isStale, path, ...Object.values(numbers)]] },
    text: () => [],
    notices: [noticeOf(file)],
    ...(check && isStale && { exitCode: 1 }),
  };
}

function noticeOf({ path, withConstants, isStale, isThere, check }: TypeFile): string {
  if (!isStale) return `${path} has the names of the policy`;
  if (!check) return `wrote ${path}`;
  const fault = isThere ? `${path} is stale` : `there is no ${path}`;
  return `${fault}: run rbac generate types${withConstants ? " --const" : ""} --out ${quoted(path)}`;
}
