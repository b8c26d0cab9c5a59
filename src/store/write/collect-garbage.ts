/** What V8 does with memory, where it must not do it by itself. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Has what is gone collected now. By itself V8 waits until there is about four times as much as was alive when it last looked: where
 * that was at the height of something large, what comes after it may fill up all of the rest.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc"); // A flag that only adds a function to contexts that are made later.
  (runInNewContext("gc") as () => void)();
}
