/**
 * Values that may have to be waited for. What is there already is used at once: a promise for each step made a third of
 * what a need costs.
 */

export type Soon<T> = T | Promise<T>;

/** Calls what the application wrote: what it throws at once is a rejection, and whatever has a `then` a promise. */
export function called<A extends readonly unknown[], T>(call: (...of: A) => T | PromiseLike<T>, ...of: A): Soon<T> {
  try {
    const value = call(...of);
    return isLater(value) ? Promise.resolve(value) : value;
  } catch (error) {
    return Promise.reject(error);
  }
}

const isLater = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  (typeof value === "object" || typeof value === "function") &&
  value !== null &&
  typeof (value as { readonly then?: unknown }).then === "function";

/** Goes on with a value once it is there. */
export const after = <T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  value instanceof Promise ? value.then(next) : next(value);

/** All values, once each is there. */
export const everyOne = <T>(values: readonly Soon<T>[]): Soon<readonly T[]> =>
  values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);

/** What `act` gives, or what becomes of its error, be it thrown or a rejection. */
export function recovering<T>(act: () => Soon<T>, recover: (error: unknown) => Soon<T>): Soon<T> {
  try {
    const value = act();
    return value instanceof Promise ? value.catch(recover) : value;
  } catch (error) {
    return recover(error);
  }
}

/** Hands over what `act` gives; its error to `fail`, but none of what `next` does at once. */
export function settle<T>(act: () => Soon<T>, next: (value: T) => unknown, fail: (error: unknown) => unknown): void {
  let value: Soon<T>;
  try {
    value = act();
  } catch (error) {
    fail(error);
    return;
  }
  if (value instanceof Promise) value.then(next).catch(fail);
  else next(value);
}
