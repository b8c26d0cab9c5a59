/** Forces a garbage collection, where V8 by itself would wait too long. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Collects garbage now. By itself V8 waits until memory has grown to about four times of what was alive at its last
 * collection. If that was at the peak of something large, garbage of later work would fill all of the rest.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc"); // This flag only adds a function to contexts that are created later.
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc"); // Else the compiled code that the program keeps would be refused later.
  collect();
}
