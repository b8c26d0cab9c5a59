/** The names of a policy as TypeScript: what `Register` of the library has, and the names as arrays. */
import { wrong } from "../errors.ts";
import type { AttributeType, PolicyNames } from "./policy-names.ts";

interface RegisterTextOptions {
  /** Of this tool. */
  readonly version: string;
  /** Whether the names are also there at run time, as arrays. */
  readonly withConstants: boolean;
}

/** @throws RbacError `VALUE_INVALID` (exit 2) for a file that TypeScript would not read as what it is. */
export function refuseOtherEnding(path: string, withConstants: boolean): void {
  const isDeclaration = /\.d\.[cm]?ts$/.test(path);
  if (isDeclaration && withConstants)
    throw wrong("VALUE_INVALID", `${path}: a .d.ts file has no values; --const needs a file that ends in .ts`);
  if (!isDeclaration && !withConstants)
    throw wrong("VALUE_INVALID", `${path} must end in .d.ts; only with --const is it a .ts file`);
  if (!/\.[cm]?ts$/.test(path)) throw wrong("VALUE_INVALID", `${path} must end in .ts`);
}

/** The text of the file. Equal names give equal text: no time, no revision. */
export function registerText(names: PolicyNames, { version, withConstants }: RegisterTextOptions): string {
  const { permissions, roles, resources, attributes, digest } = names;
  const lines = [
    `// Made by rbac-admin ${version} with "rbac generate types": change the policy, not this file.`,
    `// The names have the SHA-256 ${digest}.`,
    "",
    // What has no export of its own would declare another module, and not add to the one that is there.
    ...(withConstants ? [] : ["export {};", ""]),
    'declare module "rbac-admin" {',
    "  interface Register {",
    ...lengthyUnion("permission", permissions),
    ...lengthyUnion("role", roles),
    ...members("resource", resources, union),
    ...members("attributes", attributes, (declared) => shapeText(shapeOf(declared))),
    "  }",
    "}",
    ...(withConstants ? constants({ permissions, roles, resources: [...resources.keys()] }) : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** A name on a line of its own, so that a difference shows what is new. */
const lengthyUnion = (property: string, names: readonly string[]): string[] =>
  names.length === 0
    ? [`    ${property}: never;`]
    : [`    ${property}:`, ...names.map((name, at) => `      | ${literal(name)}${at === names.length - 1 ? ";" : ""}`)];

const members = <T>(property: string, of: ReadonlyMap<string, T>, text: (value: T) => string): string[] =>
  of.size === 0
    ? [`    ${property}: {};`]
    : [`    ${property}: {`, ...[...of].map(([key, value]) => `      ${keyText(key)}: ${text(value)};`), "    };"];

const union = (names: readonly string[]): string => (names.length === 0 ? "never" : names.map(literal).join(" | "));

const constants = (arrays: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(arrays).flatMap(([name, texts]) => [
    "",
    ...(texts.length === 0
      ? [`export const ${name.toUpperCase()} = [] as const;`]
      : [`export const ${name.toUpperCase()} = [`, ...texts.map((text) => `  ${literal(text)},`), "] as const;"]),
  ]);

/** What an attribute may be, and what lies in it: `owner` may hold `owner.team`. */
interface Shape {
  type?: AttributeType;
  readonly inner: Map<string, Shape>;
}

function shapeOf(declared: ReadonlyMap<string, AttributeType>): Shape {
  const root: Shape = { inner: new Map() };
  for (const [path, type] of declared) {
    let shape = root;
    for (const name of path.split(".")) {
      const inner: Shape = shape.inner.get(name) ?? { inner: new Map() };
      shape.inner.set(name, inner);
      shape = inner;
    }
    shape.type = type;
  }
  return root;
}

const TYPES: ReadonlyMap<AttributeType, string> = new Map([
  ["bool", "boolean"],
  ["number", "number"],
  ["string", "string"],
  ["list", "readonly string[]"],
]);

function shapeText({ type, inner }: Shape): string {
  const own = type === undefined ? [] : [typeof type === "string" ? (TYPES.get(type) ?? "never") : union(type)];
  const fields = [...inner].map(([name, shape]) => `${keyText(name)}: ${shapeText(shape)}`);
  return [...own, ...(fields.length === 0 ? [] : [`{ ${fields.join("; ")} }`])].join(" | ");
}

/** What an editor would not show, or would take for the end of a line. A list of ours, for Unicode's grows. */
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;

const literal = (text: string): string =>
  JSON.stringify(text).replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

const keyText = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key));
