/** The circumstances of a request before its object is loaded: what looks at the object must wait for it. */
import {
  type CircumstanceName,
  type Circumstances,
  isLate,
  type Layers,
  lateNames,
  readLayers,
} from "./circumstances.ts";

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
export async function earlyCircumstances<C>(layers: Layers<C>, c: C): Promise<Early> {
  const late = new Set(lateNames(layers));
  const unloaded: Unloaded[] = [];
  const known = await readLayers(layers, async (name, read) => {
    if (isLate(read)) return undefined;
    const stand = new Unloaded();
    unloaded.push(stand);
    try {
      const said = await read(c, stand.object);
      if (!stand.isLookedAt) return { said };
    } catch (error) {
      if (!stand.isLookedAt) throw error;
    }
    late.add(name);
    return undefined;
  });
  return { known, late, isOpen: () => unloaded.some(({ isLookedAt }) => isLookedAt) };
}
