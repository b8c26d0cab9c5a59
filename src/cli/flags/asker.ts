/** Who asks, as flags say: a session, and with `--given` what is known of attributes. */
import { RbacError } from "../../errors.ts";
import type { Given } from "../../policy/conditions/given.ts";
import { roleAlone } from "../../policy/evaluate/matrix.ts";
import { type Asker, askerOf } from "../../policy/evaluate/walk.ts";

interface SaidGiven {
  /** The texts of `--given`: an attribute each, or `@FILE`. */
  readonly given?: readonly string[] | undefined;
}

/** The asker of a question. @throws RbacError (exit 2) as `givenSaid` does. */
export async function askerSaid(
  user: string | null,
  at: string,
  { given, ...session }: SaidGiven & Omit<Parameters<typeof askerOf>[2], "given">,
): Promise<Asker> {
  return withGiven(askerOf(user, at, session), { given });
}

/** The asker of a list: a user or a stranger, or a role by itself. @throws RbacError (exit 2) as `givenSaid` does. */
export const listedAsker = (
  user: string,
  at: string,
  flags: { readonly role?: string; readonly stranger: boolean } & Parameters<typeof askerSaid>[2],
): Promise<Asker> =>
  flags.role === undefined
    ? askerSaid(flags.stranger ? null : user, at, flags)
    : withGiven(roleAlone(flags.role, at), flags);

async function withGiven(asker: Asker, said: SaidGiven): Promise<Asker> {
  const given = await givenSaid(said);
  return given ? { ...asker, given } : asker;
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
