/** Conditions held against what is declared of the attributes of resources (rule 36). */
import { didYouMean, type RbacError, wrong } from "../../errors.ts";
import type { Atom, AttributePath, Expression, Literal } from "../conditions/expression.ts";
import { atomsIn, isPath } from "../conditions/expression.ts";
import type { Declaration } from "../conditions/given.ts";
import { dottedPath } from "../conditions/print.ts";
import { nearest } from "../model/name-suggestions.ts";
import { quote } from "../model/names.ts";

/** A resource of which attributes are declared. */
export interface DeclaredResource {
  readonly resource: string;
  readonly attributes: ReadonlyMap<string, Declaration>;
}

/** What a condition asks of one attribute: that it is there, or that it is of a type, or compared with some values. */
interface Use {
  readonly path: AttributePath;
  readonly type?: string;
  readonly values?: readonly Literal[];
}

/**
 * The first thing that a condition asks for of resources, and that they do not have.
 * @param declared the declared among the resources that the grant is about
 */
export function attributeFault(
  condition: Expression,
  declared: readonly DeclaredResource[],
): { readonly error: RbacError; readonly path: string } | undefined {
  if (declared.length === 0) return undefined;
  for (const use of usesIn(condition)) {
    const error = use.path.root === "resource" ? faultOfUse(use, declared) : undefined;
    if (error) return { error, path: dottedPath(use.path) };
  }
  return undefined;
}

/** What a condition asks for, one after the other. */
export function* usesIn(condition: Expression): Iterable<Use> {
  for (const atom of atomsIn(condition)) yield* usesOf(atom);
}

function* usesOf(atom: Atom): Iterable<Use> {
  if (atom.kind === "path") yield { path: atom.path, type: "bool" };
  if (atom.kind === "has") yield { path: atom.path };
  if (atom.kind === "cidr") yield { path: atom.path, type: "string" };
  if (atom.kind === "compare") {
    yield isPath(atom.to) ? { path: atom.path } : { path: atom.path, values: [atom.to.literal] };
    if (isPath(atom.to)) yield { path: atom.to };
  }
  if (atom.kind === "in") {
    const isListed = !("root" in atom.list);
    if (isPath(atom.item)) yield { path: atom.item, ...(isListed && { values: atom.list as readonly Literal[] }) };
    if (!isListed)
      yield {
        path: atom.list as AttributePath,
        type: "list",
        ...(!isPath(atom.item) && { values: [atom.item.literal] }),
      };
  }
}

const TYPE_OF: Readonly<Record<string, string>> = { boolean: "bool", number: "number", string: "string" };

function faultOfUse({ path, type, values = [] }: Use, declared: readonly DeclaredResource[]): RbacError | undefined {
  const name = path.names.join(".");
  const found = declared.flatMap(({ resource, attributes }) => {
    const declaration = attributes.get(name);
    return declaration ? [{ resource, ...declaration }] : [];
  });
  const [first] = found;
  if (!first) return unknownAttribute(name, declared);
  const other = found.find((one) => one.type !== first.type);
  if (other) {
    const text = `${quote(name)} is a ${first.type} of ${first.resource}, and a ${other.type} of ${other.resource}`;
    return wrong("ATTRIBUTE_TYPE", `${text}: one condition cannot ask both`);
  }
  const where = `${quote(name)} of ${first.resource} is a ${first.type}`;
  if (type !== undefined && type !== first.type) return wrong("ATTRIBUTE_TYPE", `${where}, and no ${type}`);
  const elementType = first.type === "list" ? (type === "list" ? "string" : undefined) : first.type;
  const misfit = values.find((value) => TYPE_OF[typeof value] !== elementType);
  if (misfit !== undefined)
    return wrong("ATTRIBUTE_TYPE", `${where}, and cannot be compared with ${JSON.stringify(misfit)}`);
  const allowed = new Set(found.flatMap((one) => one.values ?? []));
  const outside = found.every((one) => one.values) ? values.find((value) => !allowed.has(String(value))) : undefined;
  if (outside === undefined) return undefined;
  const suggestions = nearest(String(outside), allowed);
  const text = `${quote(String(outside))} is no value of ${quote(name)} of ${first.resource}`;
  return wrong("ATTRIBUTE_VALUE", `${text}${didYouMean(suggestions)}`, { suggestions });
}

function unknownAttribute(name: string, declared: readonly DeclaredResource[]): RbacError {
  const suggestions = nearest(name, new Set(declared.flatMap(({ attributes }) => [...attributes.keys()])));
  const resources = declared.map(({ resource }) => resource).join(", ");
  const text = `there is no attribute ${quote(name)} of ${resources}`;
  return wrong("ATTRIBUTE_NOT_FOUND", `${text}${didYouMean(suggestions)}`, { suggestions });
}
