/** What a value from a file must look like: small checks, put together. */

/** Says what is wrong with a value, behind where it stands: ` must be text`, `.users[3] must be text`. */
export type Shape = (value: unknown) => string | undefined;

export const is =
  (words: string, test: (value: unknown) => boolean): Shape =>
  (value) =>
    test(value) ? undefined : ` must be ${words}`;

export const text = is("text", (value) => typeof value === "string");
export const flag = is("true or false", (value) => typeof value === "boolean");
export const count = is("a whole number from 0 on", (value) => Number.isSafeInteger(value) && Number(value) >= 0);
export const oneOf = (...values: readonly unknown[]): Shape =>
  is(`one of ${values.join(", ")}`, (value) => values.includes(value));

export const nullable =
  (check: Shape): Shape =>
  (value) =>
    value === null ? undefined : check(value);

/** May be left out. */
export const optional =
  (check: Shape): Shape =>
  (value) =>
    value === undefined ? undefined : check(value);

export const list =
  (check: Shape): Shape =>
  (value) => {
    if (!Array.isArray(value)) return " must be a list";
    for (let at = 0; at < value.length; at++) {
      const fault = check(value[at]);
      if (fault !== undefined) return `[${at}]${fault}`;
    }
    return undefined;
  };

/** A check for each field of a type, so that none is forgotten. */
export type ShapeOfEach<T> = { readonly [K in keyof T]-?: Shape };

/** An object with these fields, and no others. */
export const fields =
  <T>(checks: ShapeOfEach<T>): Shape =>
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return " must be an object";
    const given = value as { readonly [field: string]: unknown };
    for (const name in checks) {
      const fault = given[name] === undefined && checks[name](undefined) ? " is missing" : checks[name](given[name]);
      if (fault !== undefined) return `.${name}${fault}`;
    }
    const other = Object.keys(given).find((name) => !Object.hasOwn(checks, name));
    return other === undefined ? undefined : ` has no ${JSON.stringify(other)}`;
  };
