/** The policies that come with the package, found wherever it is installed. */
import { Flags } from "@oclif/core";

const EXAMPLES = ["articles", "blog", "company", "posts", "social", "tasks"] as const;
type Example = (typeof EXAMPLES)[number];

export const EXAMPLE = Flags.option({ description: "a policy that comes with rbac, for PATH", options: EXAMPLES })();

/** @param root the folder of the package */
export const exampleFile = (root: string, name: Example): string => `${root}/seeds/${name}.yaml`;
