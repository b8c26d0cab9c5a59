/** What comes with a question: the attributes that are given, and what is known without them (rules 33, 34). */

/** A value of an attribute. Lists hold plain values; what is `undefined` or `null` is absent. */
export type AttributeValue = string | number | boolean | null | undefined | readonly (string | number | boolean)[];

/** Attributes by name; a name may hold further names, so that a path has up to three (`resource.owner.team`). */
export interface Attributes {
  readonly [name: string]: AttributeValue | Attributes;
}

/** The first names of paths. */
export const ROOTS = ["subject", "resource", "action", "context"] as const;
export type Root = (typeof ROOTS)[number];

/** The attributes that come with a question. A root that is there and empty says: it has no attributes. */
export type Given = { readonly [R in Root]?: Attributes };

export const NOTHING_GIVEN: Given = Object.freeze({});

/** What a document declares of an attribute of a resource (rule 36). */
export interface Declaration {
  /** `bool`, `number`, `string`, or `list` of strings. */
  readonly type: string;
  /** The values that a text may have; `null` for any. */
  readonly values: readonly string[] | null;
}

/** All that the truth of a condition may depend on. */
export interface Facts {
  readonly given: Given;
  /** `subject.user`: who asks; `null` is absent, `undefined` unknown. */
  readonly user: string | null | undefined;
  /** `action.permission`: the name asked about, without `:own`. */
  readonly permission: string;
  /** `context.time` where it is not given: the time of the question; `undefined` where it is unknown. */
  readonly at: string | undefined;
  /** What is declared of the attributes of the resource that the permission is about, by name. */
  readonly declared: ReadonlyMap<string, Declaration>;
  /** True for a list: what is not given is unknown, and `has` of it too. In a question a given root is complete. */
  readonly isList: boolean;
}
