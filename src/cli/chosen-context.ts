/** Chooses the current context of a user, and says where that choice does not count. */
import { choiceOf, contextNames, noContext } from "../contexts/current-context.ts";
import { userPlace } from "../contexts/places.ts";
import { wrong } from "../errors.ts";
import { askedContexts, loadedSettings, refuseFaultySettings } from "./contexts.ts";
import type { Shell } from "./shell.ts";

/** @throws RbacError `CONTEXT_NOT_FOUND`, or what reading and writing settings files throws (exit 2) */
export async function chosenContext(
  shell: Shell,
  name: string,
): Promise<{ readonly file: string; readonly changed: boolean; readonly notices: string[] }> {
  const { env, userId } = shell;
  const place = userPlace(env);
  if (!place) throw wrong("FILE_UNWRITABLE", "there is no place for your settings file: set HOME or XDG_CONFIG_HOME");
  const { files, problems } = await loadedSettings(shell);
  refuseFaultySettings(problems);
  if (!contextNames(files).includes(name)) throw noContext(name, "", contextNames(files));
  const { chooseContext } = await import("../contexts/choose-context.ts");
  const changed = await chooseContext(place, name, { userId, home: env.HOME });
  const own = files.find((file) => file.name === place.name);
  const first = choiceOf(
    askedContexts(undefined, env),
    files.filter((file) => file !== own),
  );
  const notices = [
    ...(first && first.value !== name ? [`${first.origin} says ${first.value}, which goes first here`] : []),
    ...(own?.contexts.has(name) ? [] : [`your own file has no ${name}: elsewhere commands ask for another context`]),
  ];
  return { file: place.name, changed, notices };
}
