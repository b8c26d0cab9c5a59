/** The resources that a search finds, and what is known of them. */
import type { ListedResource } from "./options.ts";
import type { Entity, Properties } from "./reading.ts";

export class ListedResources {
  /** By type, then by id in the order of their texts. */
  readonly #byType: ReadonlyMap<string, ReadonlyMap<string, Properties | undefined>>;

  constructor(resources: readonly ListedResource[]) {
    const byType = new Map<string, Map<string, Properties | undefined>>();
    const inOrder = [...resources].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
    for (const { type, id, properties } of inOrder) {
      const ofType = byType.get(type) ?? new Map<string, Properties | undefined>();
      byType.set(type, ofType.set(id, properties));
    }
    this.#byType = byType;
  }

  /** Those of a type, behind an id, in the order of their ids. */
  *behind(type: string, after: string): Iterable<string> {
    for (const id of this.#byType.get(type)?.keys() ?? []) if (id > after) yield id;
  }

  /** The resource with what is known of it; what the request says comes first. */
  known<R extends Pick<Entity, "type" | "id" | "properties">>(resource: R): R {
    const listed = this.#byType.get(resource.type)?.get(resource.id);
    return listed ? { ...resource, properties: { ...listed, ...resource.properties } } : resource;
  }
}
