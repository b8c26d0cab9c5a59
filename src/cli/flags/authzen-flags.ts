/** The flags that say how AuthZEN's subjects, actions and resources are users, permissions and scopes. */
import { Flags } from "@oclif/core";
import { wrong } from "../../errors.ts";
import { readNested } from "../../files/nested-file.ts";
import { countFlag } from "./shared-flags.ts";

const GROUP = "AuthZEN";

/** The empty text says something here: the root. */
const said = (description: string, helpValue: string) => Flags.string({ description, helpValue, helpGroup: GROUP });

const by = (description: string) =>
  Flags.option({ description, options: ["name", "email"] as const, helpGroup: GROUP })();

export const AUTHZEN_FLAGS = {
  "resource-scope": said("the scope of a resource; {scope}/{type}/{id} when left out, '' is the root", "TEMPLATE"),
  "scope-property": said("the property that is the {scope}; scope when left out", "NAME"),
  "owner-property": said("the property that names the owner; owner when left out", "NAME"),
  "owner-by": by("how it names the owner; by name when left out"),
  "subject-property": said("the property that names the user; the id when left out", "NAME"),
  "subject-by": by("how a subject names the user; by name when left out"),
  "subject-type": Flags.string({
    description: "a type of subjects that are users (repeatable); user when left out",
    helpValue: "TYPE",
    helpGroup: GROUP,
    multiple: true,
    multipleNonGreedy: true,
  }),
  "action-template": said("the permission of an action; {type}:{name} when left out", "TEMPLATE"),
  resources: said("a list of {type, id, properties} that a search of resources finds", "FILE"),
  "page-size": { ...countFlag("the most results of one answer to a search (1000)"), helpGroup: GROUP },
  evidence: Flags.boolean({ description: "give the evidence of each decision", helpGroup: GROUP }),
};

interface SaidMapping {
  readonly "resource-scope"?: string | undefined;
  readonly "scope-property"?: string | undefined;
  readonly "owner-property"?: string | undefined;
  readonly "owner-by"?: "name" | "email" | undefined;
  readonly "subject-property"?: string | undefined;
  readonly "subject-by"?: "name" | "email" | undefined;
  readonly "subject-type"?: readonly string[] | undefined;
  readonly "action-template"?: string | undefined;
  readonly resources?: string | undefined;
  readonly "page-size"?: number | undefined;
  readonly evidence: boolean;
  readonly "public-url"?: string | undefined;
}

/** The options of AuthZEN; what was not said is left out. @throws RbacError (exit 2) */
export async function mappingOf(flags: SaidMapping) {
  for (const name of ["scope-property", "owner-property", "subject-property", "action-template", "resources"] as const)
    if (flags[name] === "") throw wrong("VALUE_EMPTY", `--${name} is empty; is a shell variable unset?`);
  if (flags["page-size"] === 0) throw wrong("VALUE_INVALID", "--page-size is at least 1");
  return defined({
    resourceScope: flags["resource-scope"],
    scopeProperty: flags["scope-property"],
    ownerProperty: flags["owner-property"],
    ownerBy: flags["owner-by"],
    subjectProperty: flags["subject-property"],
    subjectBy: flags["subject-by"],
    subjectTypes: flags["subject-type"],
    actionTemplate: flags["action-template"],
    resources: flags.resources === undefined ? undefined : await resourcesOf(flags.resources),
    pageSize: flags["page-size"],
    evidence: flags.evidence,
    publicUrl: flags["public-url"],
  });
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

const defined = <T extends object>(options: T): Defined<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;

interface Listed {
  readonly type: string;
  readonly id: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

async function resourcesOf(file: string): Promise<readonly Listed[]> {
  const { value, name } = await readNested(file);
  if (!Array.isArray(value) || !value.every(isListed))
    throw wrong(
      "FILE_INVALID",
      `${name} must be a list of resources, each with a type and an id, and perhaps properties`,
    );
  return value;
}

const isListed = (value: unknown): value is Listed => {
  if (typeof value !== "object" || value === null) return false;
  const { type, id, properties = {} } = value as Partial<Listed>;
  return typeof type === "string" && typeof id === "string" && typeof properties === "object" && properties !== null;
};
