/** Who is who at two revisions of one database: a person who was renamed between them is one person. */
import { byBytes } from "../model/byte-order.ts";
import { added, type Change } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";

interface Dated {
  readonly revision: number;
  readonly change: Change;
}

/** The former name of who had none, though somebody else had the name. */
const NOBODY = "";

/**
 * The renamings that lead from the names of one revision to those of another one, each as one change from the first
 * name to the last. Who was created under a name that somebody had before is somebody else.
 * @param entries of the revisions between: the renamings, and the removals of users
 * @param isBack true to lead from the later revision to the earlier one
 */
export function renamedPeople(entries: readonly Dated[], isBack: boolean): Change[] {
  const origins = new Map<string, string>();
  const byRevision = [...grouped(entries, ({ revision }) => revision)].sort(([a], [b]) => a - b);
  for (const [, atOnce] of byRevision) follow(origins, atOnce);
  const renamed = new Set(origins.values());
  const isSaid = ([name, origin]: readonly [string, string]) =>
    origin === NOBODY ? renamed.has(name) && !isBack : origin !== name;
  return [...origins]
    .filter(isSaid)
    .sort(([a], [b]) => byBytes(a, b))
    .map(([name, origin]) => (isBack ? formerOf(origin, name) : formerOf(name, origin)));
}

const formerOf = (name: string, former: string): Change => added("former", { of: "user", name, former, revision: 0 });

/** Goes on by one revision, whose renamings are all at once. @param origins the first name of each name */
function follow(origins: Map<string, string>, entries: readonly Dated[]): void {
  const moved = entries.flatMap(({ change }) =>
    change.kind === "former.add" && change.of === "user"
      ? [[change.name, origins.get(change.former) ?? change.former] as const]
      : [],
  );
  for (const { change } of entries) if (change.kind === "user.remove") origins.set(change.user, NOBODY);
  for (const [name, origin] of moved) origins.set(name, origin);
}
