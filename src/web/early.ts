/** The circumstances of a request before its object is loaded: what looks at the object must wait for it. */
import {
  type CircumstanceName,
  type Circumstances,
  isLate,
  lateNames,
  readCircumstances,
  type SaidCircumstances,
} from "./circumstances.ts";
import { after, called, recovering, type Soon } from "./soon.ts";

const TRAPS: readonly (keyof ProxyHandler<object>)[] = [
  ...(["get", "set", "has", "ownKeys", "deleteProperty", "defineProperty", "getOwnPropertyDescriptor"] as const),
  ...(["getPrototypeOf", "setPrototypeOf", "isExtensible", "preventExtensions"] as const),
];

/** What stands for the object before it is loaded. Looking at it fails, and is noted, though the caller catch it. */
class Unloaded {
  isLookedAt = false;
  readonly object: object;

  constructor() {
    const look = () => {
      this.isLookedAt = true;
      throw new Error("the object of this request is not loaded yet");
    };
    this.object = new Proxy({}, Object.fromEntries(TRAPS.map((trap) => [trap, look])));
  }
}

export interface Early {
  readonly known: Circumstances;
  /** What must wait for the object. */
  readonly late: ReadonlySet<CircumstanceName>;
  /** True where the object was looked at since, within what is known: a question with it has no answer yet. */
  isOpen(): boolean;
}

/**
 * Reads what does not depend on the object. A function of two parameters is not called; any other is, since one with a
 * default or with rest parameters does not tell how many it takes.
 */
export function earlyCircumstances(all: SaidCircumstances, c: object): Soon<Early> {
  const late = lateNames(all);
  const unloaded: Unloaded[] = [];
  const known = readCircumstances(all, (name, read) => {
    if (isLate(read)) return undefined;
    const stand = new Unloaded();
    unloaded.push(stand);
    const wait = () => {
      late.add(name);
      return undefined;
    };
    return recovering(
      () => after(called(read, c, stand.object), (said) => (stand.isLookedAt ? wait() : { said })),
      (error) => {
        if (!stand.isLookedAt) throw error;
        return wait();
      },
    );
  });
  return after(known, (found) => ({ known: found, late, isOpen: () => unloaded.some((one) => one.isLookedAt) }));
}
