/** What can be set of AuthZEN, and what stands where nothing is said. */

/** A resource that a search of resources may find. */
export interface ListedResource {
  readonly type: string;
  readonly id: string;
  /** What is known of it in every question. What a request says comes before it. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface AuthzenOptions {
  /**
   * The scope that a question is about: segments of text, `{scope}`, `{type}`, `{id}`, `{properties.NAME}`. A `{scope}`
   * that was not sent is left out; whatever else is missing is a fault. Empty, it is the root. By default
   * `{scope}/{type}/{id}`.
   */
  readonly resourceScope?: string;
  /** The property of a resource that is the `{scope}`. By default `scope`. */
  readonly scopeProperty?: string;
  /** The property of a resource that names its owner. By default `owner`. */
  readonly ownerProperty?: string;
  /** What names the owner: the name, or an e-mail that only one may have. By default `name`. */
  readonly ownerBy?: "name" | "email";
  /** The property of a subject that names the user. By default it is its id. */
  readonly subjectProperty?: string;
  /** What names the user: the name, or an e-mail that only one may have. By default `name`. */
  readonly subjectBy?: "name" | "email";
  /** The types of subjects that are users. By default `user` alone. */
  readonly subjectTypes?: readonly string[];
  /**
   * The permission, where the name of the action alone is none: `{type}` and `{id}` of the resource, `{name}` and
   * `{properties.NAME}` of the action. By default `{type}:{name}`.
   */
  readonly actionTemplate?: string;
  /** What a search of resources finds. Left out, none is offered. */
  readonly resources?: readonly ListedResource[];
  /** The https address by which this is known outside, for the metadata. */
  readonly publicUrl?: string;
  /** Gives the evidence of each decision, at many times the cost. By default false. */
  readonly evidence?: boolean;
  /** The most results of one answer to a search. By default 1,000. */
  readonly pageSize?: number;
}

export const AUTHZEN_DEFAULTS = {
  resourceScope: "{scope}/{type}/{id}",
  scopeProperty: "scope",
  ownerProperty: "owner",
  ownerBy: "name",
  subjectBy: "name",
  subjectTypes: ["user"],
  actionTemplate: "{type}:{name}",
  evidence: false,
  pageSize: 1000,
} as const satisfies AuthzenOptions;
