/** The scope that a question about a resource is about. */
import { scopeOf } from "../../../index.ts";
import { type Entity, LONGEST, type Properties } from "./reading.ts";
import { filled, parseTemplate, type Template, wrongTemplate } from "./template.ts";

type OfResource = Pick<Entity, "type" | "id" | "properties">;

const WHAT = "the template of scopes";
const SCOPE = "{scope}";

export class Targets {
  readonly #scopeProperty: string;
  /** The segments, each with one value at most: by two, different resources might have one scope. */
  readonly #segments: readonly (Template | typeof SCOPE)[];

  /** @throws RbacError `VALUE_INVALID` (exit 2) for what is no template. */
  constructor(template: string, scopeProperty: string) {
    this.#scopeProperty = scopeProperty;
    this.#segments = template === "" ? [] : template.split("/").map(segmentIn);
  }

  /**
   * @returns `null` for the root
   * @throws RbacError (exit 2) for what is no scope, and where a value is missing: one is left out for `{scope}` alone.
   */
  of(resource: OfResource): string | null {
    const segments: string[] = [];
    for (const segment of this.#segments) {
      if (segment === SCOPE) {
        const scope = scopeIn(resource.properties, this.#scopeProperty);
        if (scope !== undefined) segments.push(scope);
      } else segments.push(escaped(filled(segment, resource)));
    }
    return segments.length === 0 ? null : segments.join("/");
  }
}

/** A segment in which a `/` is none between segments. The library reads the whole scope. @throws RbacError (exit 2) */
const escaped = (segment: string): string => (PLAIN.test(segment) ? segment : scopeOf(segment));

/** Nearly every segment is as it is written. */
const PLAIN = /^[\w-]+(?:[.:@][\w-]+)*$/;

function segmentIn(text: string): Template | typeof SCOPE {
  if (text === SCOPE) return SCOPE;
  if (text.includes(SCOPE)) throw wrongTemplate(`${WHAT} has ${SCOPE} as a whole segment, not in ${text}`);
  const segment = parseTemplate(WHAT, text, ["type", "id"], ["scope"]);
  if (segment.length === 0) throw wrongTemplate(`${WHAT} has an empty segment`);
  if (segment.filter(({ name }) => name !== undefined).length <= 1) return segment;
  throw wrongTemplate(`${WHAT} has two values in the segment ${text}: resources that differ might have one scope`);
}

/** A scope as a path of its own, as the library has it. @throws RbacError `VALUE_INVALID` (exit 2). */
function scopeIn(properties: Properties | undefined, property: string): string | undefined {
  if (!properties || !Object.hasOwn(properties, property)) return undefined;
  const scope = properties[property];
  if (scope === null) return undefined;
  if (typeof scope === "string" && scope.length <= LONGEST) return scope;
  throw wrongTemplate(`the scope resource.properties.${property} must be text of at most ${LONGEST} characters`);
}
