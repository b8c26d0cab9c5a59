/** The attributes that `--given` says: each by itself, or a file of them. */
import { RbacError } from "../../errors.ts";
import type { Given } from "../../policy/conditions/given.ts";

export interface SaidGiven {
  /** The texts of `--given`: an attribute each, or `@FILE`. */
  readonly given?: readonly string[] | undefined;
}

/**
 * The attributes that `--given` says. Only where it is there anything is loaded for it.
 * @throws RbacError `GIVEN_INVALID`, `VALUE_EMPTY`, or what reading a file throws (exit 2).
 */
export async function givenSaid({ given: texts }: SaidGiven): Promise<Given | undefined> {
  if (!texts) return undefined;
  const { readGiven, readGivenTexts } = await import("../../policy/conditions/read-given.ts");
  const nested: Given[] = [];
  for (const file of texts.filter(isFile)) {
    const { readNested } = await import("../../files/nested-file.ts");
    const { name, value } = await readNested(file.slice(1));
    nested.push(inFile(name, () => readGiven(value)));
  }
  return readGivenTexts(
    texts.filter((text) => !isFile(text)),
    nested,
  );
}

const isFile = (text: string): boolean => text.startsWith("@");

/** An error of what a file says names the file. */
function inFile<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    throw new RbacError(error.exitCode, error.code, `${name}: ${error.message}`, error);
  }
}
