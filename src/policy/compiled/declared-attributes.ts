/** What is declared of attributes, by resource (rule 36). */
import type { Declaration } from "../conditions/given.ts";
import { resourceOf } from "../model/patterns.ts";
import type { Rows } from "../model/rows.ts";

const NOTHING: ReadonlyMap<string, Declaration> = new Map();

export class DeclaredAttributes {
  readonly #byResource = new Map<string, Map<string, Declaration>>();

  set({ resource, attribute, type, values }: Rows["attribute"], exists: boolean): void {
    const attributes = this.#byResource.get(resource) ?? new Map<string, Declaration>();
    if (exists) this.#byResource.set(resource, attributes.set(attribute, { type, values }));
    else if (attributes.delete(attribute) && attributes.size === 0) this.#byResource.delete(resource);
  }

  /** What is declared of the resource that a permission is about, by name. */
  of(permission: string): ReadonlyMap<string, Declaration> {
    if (this.#byResource.size === 0) return NOTHING;
    return this.#byResource.get(resourceOf(permission)) ?? NOTHING;
  }
}
