/**
 * In which circumstances a question is asked. What depends on the loaded object is first left open: a no that holds
 * whatever the object is needs no load, and tells nobody whether the object exists.
 */
import { type Given, RbacError } from "../index.ts";
import { after, called, type Soon } from "./soon.ts";

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

/**
 * Circumstances as a guard and its need say them, which may be functions of the request. Those of the need come later,
 * and replace the guard's; `given` is joined.
 */
export type SaidCircumstances = readonly (readonly [CircumstanceName, unknown])[];

/** @param layers of a guard, and of its need */
export const saidBy = (
  layers: readonly { readonly [name in CircumstanceName]?: unknown }[],
  names: readonly CircumstanceName[] = CIRCUMSTANCES,
): SaidCircumstances =>
  layers.flatMap((said) => names.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]] as const])));

/** True for a function that must wait for what is loaded. */
export const isLate = (value: unknown): boolean => typeof value === "function" && value.length >= 2;

/** Which of the circumstances depend on what is loaded. */
export const lateNames = (said: SaidCircumstances): Set<CircumstanceName> =>
  new Set(said.flatMap(([name, value]) => (isLate(value) ? [name] : [])));

type Read = (...of: unknown[]) => unknown;

/** What a circumstance was said to be; `undefined` where it must wait, and is left out. */
type Said = { readonly said: unknown } | undefined;

type Known = { [name in CircumstanceName]?: unknown };

/** @param read calls a function */
export function readCircumstances(
  all: SaidCircumstances,
  read: (name: CircumstanceName, value: Read) => Soon<Said>,
  from = 0,
  known: Known = {},
): Soon<Circumstances> {
  for (let at = from; at < all.length; at++) {
    const [name, value] = all[at] as SaidCircumstances[number];
    const found = typeof value === "function" ? read(name, value as Read) : { said: value };
    if (found instanceof Promise)
      return found.then((said) => {
        put(known, name, said);
        return readCircumstances(all, read, at + 1, known);
      });
    put(known, name, found);
  }
  // Nobody owns it; nothing is assumed. To activate no role stays an error: left out, it would be all of them.
  if (known.owner === null) delete known.owner;
  if (Array.isArray(known.assume) && known.assume.length === 0) delete known.assume;
  return known as Circumstances;
}

function put(known: Known, name: CircumstanceName, found: Said): void {
  if (!found) return;
  const { said } = found;
  const isMore = name === "given" && known.given && typeof said === "object" && said;
  known[name] = isMore ? joinedGiven(known.given as Given, said as Given) : said;
}

/**
 * Reads the circumstances of a request.
 * @param loaded what its need loaded, if anything
 * @throws RbacError `VALUE_INVALID` (exit 2) where the attributes of a root are given twice.
 */
export const circumstancesOf = (all: SaidCircumstances, c: object, loaded?: unknown): Soon<Circumstances> =>
  readCircumstances(all, (_, value) => after(called(value, c, loaded), (said) => ({ said })));

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
