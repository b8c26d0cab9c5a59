/** Lists of names to choose an argument from, read from the database. */
import { type Named, UnknownName } from "../../errors.ts";
import { byBytes } from "../../policy/model/byte-order.ts";
import type { NeededRows } from "../../policy/model/mutation.ts";
import type { Policy } from "../../policy/model/policy.ts";
import { closure, heirsIn, parentsIn } from "../../policy/model/role-graph.ts";
import type { Asked, List } from "./asked.ts";
import type { Choice } from "./choice.ts";

/** A list of what some rows tell. */
export const listFrom =
  (needs: (asked: Asked) => NeededRows, choices: (policy: Policy, asked: Asked) => readonly Choice[]): List =>
  async (asked) => {
    const database = await asked.open();
    const { found } = await database.answer(needs(asked), (policy) => ({ found: choices(policy, asked) }));
    return found;
  };

/** A name that the command line has already. @throws UnknownName (exit 2) */
export function nameIn(policy: Policy, named: Named, given: unknown): string {
  const name = String(given);
  if (!policy[named].has(name)) throw new UnknownName(named, name);
  return name;
}

const inOrder = (names: Iterable<string>): Choice[] => [...names].sort(byBytes).map((value) => ({ value }));

const namesFrom = (needed: NeededRows, names: (policy: Policy, asked: Asked) => Iterable<string>): List =>
  listFrom(
    () => needed,
    (policy, asked) => inOrder(names(policy, asked)),
  );

const PEOPLE: NeededRows = { users: "all", roles: "none", grants: "none" };
const ROLES: NeededRows = { roles: "all", grants: "none" };

export const users: List = async ({ open }) => inOrder(await (await open()).read((reading) => reading.userNames({})));

const usersWho = (isDisabled: boolean): List =>
  namesFrom(PEOPLE, ({ user }) => [...user.values()].flatMap((row) => (row.disabled === isDisabled ? row.user : [])));
export const enabledUsers = usersWho(false);
export const disabledUsers = usersWho(true);

export const roles: List = namesFrom(ROLES, ({ role }) => role.keys());

export const permissions: List = namesFrom({ permissions: "all", roles: "none" }, (policy) => policy.permission.keys());

export const constraints: List = namesFrom({ constraints: true, roles: "none" }, (policy) => policy.constraint.keys());

/** API keys by their ids, each with its user. */
export const keys: List = async ({ open }) => {
  const all = await (await open()).read((reading) => reading.apiKeys());
  return all.map(({ id, user }) => ({ value: id, shown: `${id}  ${user}` }));
};

/** The roles that a role inherits itself. */
export const parents: List = namesFrom(ROLES, (policy, { args }) =>
  parentsIn(policy)(nameIn(policy, "role", args.role)),
);

/** The roles that a role can come to inherit: not itself, nor what inherits it, nor what it inherits already. */
export const possibleParents: List = namesFrom(ROLES, (policy, { args }) => {
  const role = nameIn(policy, "role", args.role);
  const left = new Set([...closure([role], heirsIn(policy)), ...parentsIn(policy)(role)]);
  return [...policy.role.keys()].filter((name) => !left.has(name));
});
