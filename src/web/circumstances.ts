/**
 * In which circumstances a question is asked. What depends on the loaded object is first left open: a yes or a no that
 * holds whatever the object is needs no load, and tells nobody whether the object exists.
 */
import { type Given, RbacError } from "../index.ts";
import type { How } from "./options.ts";

/** The circumstances of a question, as the library's options. */
export interface Circumstances {
  readonly on?: string | null;
  readonly owner?: string;
  readonly given?: Given;
  readonly assume?: readonly string[];
  readonly activate?: readonly string[];
}

export type CircumstanceName = keyof Circumstances;
export const CIRCUMSTANCES: readonly CircumstanceName[] = ["on", "owner", "given", "assume", "activate"];

/** Circumstances that may be functions of the request. Those of a need replace the guard's; `given` is joined. */
export type Layers<C> = readonly Pick<How<C>, CircumstanceName>[];

/** True for a function that must wait for what is loaded. */
export const isLate = (value: unknown): boolean => typeof value === "function" && value.length >= 2;

/** Which of the circumstances depend on what is loaded. */
export const lateNames = <C>(layers: Layers<C>): ReadonlySet<CircumstanceName> =>
  new Set(CIRCUMSTANCES.filter((name) => layers.some((layer) => isLate(layer[name]))));

type Read = (...of: unknown[]) => unknown;

/** @param read calls a function; `undefined` where it must wait, and what it would say is left out */
export async function readLayers<C>(
  layers: Layers<C>,
  read: (name: CircumstanceName, value: Read) => Promise<{ readonly said: unknown } | undefined>,
): Promise<Circumstances> {
  const known: { [name in CircumstanceName]?: unknown } = {};
  for (const layer of layers)
    for (const name of CIRCUMSTANCES) {
      if (!(name in layer)) continue;
      const value: unknown = layer[name];
      const found = typeof value === "function" ? await read(name, value as Read) : { said: value };
      if (!found) continue;
      const isMore = name === "given" && known.given && typeof found.said === "object" && found.said;
      known[name] = isMore ? joinedGiven(known.given as Given, found.said as Given) : found.said;
    }
  // Nobody owns it; nothing is assumed. To activate no role stays an error: left out, it would be all of them.
  if (known.owner === null) delete known.owner;
  if (Array.isArray(known.assume) && known.assume.length === 0) delete known.assume;
  return known as Circumstances;
}

/**
 * Reads the circumstances of a request.
 * @param loaded what its need loaded, if anything
 * @throws RbacError `VALUE_INVALID` (exit 2) where the attributes of a root are given twice.
 */
export const circumstancesOf = <C>(layers: Layers<C>, c: C, loaded?: unknown): Promise<Circumstances> =>
  readLayers(layers, async (_, value) => ({ said: await value(c, loaded) }));

/** Attributes of two sources. A root has one source, so that none hides what another says. */
export function joinedGiven(given: Given, more: Given): Given {
  const twice = Object.keys(given).find((root) => root in (more ?? {}));
  if (twice !== undefined) throw new RbacError(2, "VALUE_INVALID", `the attributes of ${twice} are given twice`);
  return { ...given, ...more };
}

/** The same with the address of who asks as `context.ip`, where the application did not give one. */
export function withAddress(known: Circumstances, ip: string | undefined): Circumstances {
  const context = known.given?.context ?? {};
  if (ip === undefined || Object.hasOwn(context, "ip")) return known;
  return { ...known, given: { ...known.given, context: { ...context, ip } } };
}
