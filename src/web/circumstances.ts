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

/** Circumstances that may be functions of the request. Those of a need replace the guard's; `given` is joinedGiven. */
export type Layers<C> = readonly Pick<How<C>, CircumstanceName>[];

/** True for a function that must wait for what is loaded. */
const isLate = (value: unknown): boolean => typeof value === "function" && value.length >= 2;

/** Which of the circumstances depend on what is loaded. */
export const lateNames = <C>(layers: Layers<C>): ReadonlySet<CircumstanceName> =>
  new Set(CIRCUMSTANCES.filter((name) => layers.some((layer) => isLate(layer[name]))));

/**
 * Reads the circumstances of a request.
 * @param found what was loaded; left out before, when what depends on it is left out
 * @throws RbacError `VALUE_INVALID` (exit 2) where the attributes of a root are given twice.
 */
export async function circumstancesOf<C>(
  layers: Layers<C>,
  c: C,
  found?: { readonly loaded: unknown },
): Promise<Circumstances> {
  const read: { [name in CircumstanceName]?: unknown } = {};
  for (const layer of layers)
    for (const name of CIRCUMSTANCES) {
      const value: unknown = layer[name];
      if (!(name in layer) || (isLate(value) && !found)) continue;
      const said: unknown = typeof value === "function" ? await value(c, found?.loaded) : value;
      read[name] = name === "given" && "given" in read ? joinedGiven(read.given as Given, said as Given) : said;
    }
  // Nobody owns it; nothing is assumed. To activate no role stays an error: left out, it would be all of them.
  if (read.owner === null) delete read.owner;
  if (Array.isArray(read.assume) && read.assume.length === 0) delete read.assume;
  return read as Circumstances;
}

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
