/** The permission that an action on a resource asks about, and the actions that ask about a permission. */
import { type Compiled, RbacError } from "../../../index.ts";
import type { Action, Entity } from "./reading.ts";
import { filled, parseTemplate, type Template } from "./template.ts";

type OfResource = Pick<Entity, "type" | "id">;

export class Permissions {
  readonly #policy: Compiled;
  readonly #template: Template;
  /** True for the template that stands where nothing is said, which is filled by one sum of texts. */
  readonly #isPlain: boolean;

  /** @throws RbacError `VALUE_INVALID` (exit 2) for what is no template. */
  constructor(policy: Compiled, template: string) {
    this.#policy = policy;
    this.#template = parseTemplate("the template of permissions", template, ["type", "id", "name"]);
    this.#isPlain = template === "{type}:{name}";
  }

  /**
   * The name of the action where that whole text is in the catalogue, else what the template makes of it. Ownership is
   * said by the owner of the resource alone: a name that ends in `own`, or looks so, claims it.
   * @throws RbacError `PERMISSION_INVALID`, and for a template without a value (exit 2).
   */
  of(action: Action, resource: OfResource): string {
    const { name } = action;
    const standing = this.#policy.standingOf(name);
    if (standing === "listed") return name;
    const joined = standing === "own" ? name : this.#joined(action, resource);
    if (standing === "own" || this.#policy.standingOf(joined) === "own") throw claimsOwnership();
    return joined;
  }

  /**
   * The name of the action that asks about a permission of a resource; `undefined` where none does that belongs to it.
   */
  nameFor(permission: string, resource: OfResource): string | undefined {
    const short = this.#shortOf(permission, resource);
    for (const name of short === undefined ? [] : [short]) if (this.#asksFor(permission, name, resource)) return name;
    if (short === undefined && !permission.startsWith(`${resource.type}:`)) return undefined;
    return this.#asksFor(permission, permission, resource) ? permission : undefined;
  }

  #joined(action: Action, resource: OfResource): string {
    if (this.#isPlain) return `${resource.type}:${action.name}`;
    const { type, id } = resource;
    return filled(this.#template, { ...action, type, id });
  }

  /** What stands in a permission where its template has the name of the action, if nothing else is open in it. */
  #shortOf(permission: string, resource: OfResource): string | undefined {
    const at = this.#template.findIndex(({ name }) => name === "name");
    const around = [this.#template.slice(0, at), this.#template.slice(at + 1)];
    const isOpen = ({ name }: Template[number]) => name !== undefined && name !== "type" && name !== "id";
    if (at < 0 || around.flat().some(isOpen)) return undefined;
    const [before = "", behind = ""] = around.map((part) => filled(part, resource));
    const isOfIt = permission.startsWith(before) && permission.endsWith(behind);
    const name = permission.slice(before.length, permission.length - behind.length);
    return isOfIt && name !== "" && permission.length > before.length + behind.length ? name : undefined;
  }

  #asksFor(permission: string, name: string, resource: OfResource): boolean {
    try {
      return this.of({ name, properties: undefined }, resource) === permission;
    } catch (error) {
      if (error instanceof RbacError) return false;
      throw error;
    }
  }
}

const claimsOwnership = (): RbacError =>
  new RbacError(
    2,
    "PERMISSION_INVALID",
    "an action may not end in own: who owns a resource is said by its properties, not by the action",
  );
