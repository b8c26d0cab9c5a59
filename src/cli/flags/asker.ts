/** Who asks, as flags say: a session, and with `--given` what is known of attributes. */
import { roleAlone } from "../../policy/evaluate/matrix.ts";
import { type Asker, askerOf } from "../../policy/evaluate/walk.ts";
import { givenSaid, type SaidGiven } from "./given-flag.ts";

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
