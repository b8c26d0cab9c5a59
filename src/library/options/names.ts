/** The names of a policy as types: plain text, until a file of `rbac generate types` says which names there are. */
import type { Named } from "../../errors.ts";
import type { Attributes, Root } from "../../policy/conditions/given.ts";

/** What names are while nothing is generated. */
interface AnyNames {
  readonly permission: string;
  readonly role: string;
}

/** What resources are while nothing is generated: any, and nothing is declared of their attributes. */
interface AnyResources {
  /** By resource, what may follow its `:` in a permission. */
  readonly resource: { readonly [resource: string]: string };
  readonly attributes: object;
}

/** The names of the policy. The generated file narrows them, by declaring the same interface of this module again. */
export interface Register extends AnyNames, AnyResources {}

// One name at a time: TypeScript refuses to multiply out a union of 100,000 names.
type WithOwn<Name> = Name extends string ? Name | `${Name}:own` : never;

/** A permission, also with `:own`. Text from outside is cast, and checked where it is used: `as PermissionName`. */
export type PermissionName = WithOwn<Register["permission"]>;

/** A role. */
export type RoleName = Register["role"];

/** A permission or a pattern of several. Which permissions a pattern covers is not looked at. */
export type PatternName = PermissionName | `${string}*${string}`;

/** A name that is there, by what it is the name of. */
export type NameOf<Kind extends Named> = Kind extends "role"
  ? RoleName
  : Kind extends "permission"
    ? Register["permission"]
    : string;

/** The first part of permissions: `posts`. */
export type ResourceName = keyof Register["resource"] & string;

type UpTo<Text extends string, Sign extends string> = Text extends `${infer Before}${Sign}${string}` ? Before : Text;

type FirstPart<Name extends string> = Name extends `${infer Part}:${string}`
  ? Part
  : Name extends `${infer First}${infer Others}`
    ? `${First}${UpTo<UpTo<Others, ".">, "/">}`
    : Name;

/** The resource of a permission, by rule 26. */
type ResourceOf<Permission extends string> = FirstPart<Permission extends `${infer Name}:own` ? Name : Permission>;

/** Everything may be left out, also what lies in something else. */
type Declared<Types> = { readonly [Name in keyof Types]?: DeclaredValue<Types[Name]> | null | undefined };

type DeclaredValue<Type> = Type extends readonly string[] ? Type : Type extends object ? Declared<Type> : Type;

type AttributesFor<Permission extends string> = PermissionName extends Permission
  ? Attributes
  : ResourceOf<Permission> extends infer Resource extends keyof Register["attributes"]
    ? Declared<Register["attributes"][Resource]>
    : Attributes;

/** What may be given for a question about this permission: of its resource the declared attributes, if any are. */
export type GivenFor<Permission extends string = PermissionName> = {
  readonly [R in Root]?: R extends "resource" ? AttributesFor<Permission> : Attributes;
};
