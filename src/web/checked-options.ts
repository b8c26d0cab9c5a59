/** What is wrong with options is told when the routes are made, and not at the first request. */
import { RbacError } from "../index.ts";
import { lateNames, saidBy } from "./circumstances.ts";
import { secondsOf } from "./fresh.ts";
import type { GuardAllOptions, GuardOptions, How } from "./options.ts";

const GUARD = ["user", "claims", "on", "given", "assume", "activate", "realm", "onUnknownUser", "rbac", "profile"];
const ROLE = ["on", "assume", "activate", "load", "hide", "fresh"];
const NEED = [...ROLE, "owner", "given"];

const wrong = (code: "OPTION_UNKNOWN" | "VALUE_EMPTY" | "VALUE_INVALID", message: string): RbacError =>
  new RbacError(2, code, message);

function checkNames(options: object, allowed: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (!allowed.includes(name))
      throw wrong(
        "OPTION_UNKNOWN",
        `there is no option ${JSON.stringify(name)} here: the options are ${allowed.join(", ")}`,
      );
    if (value === undefined)
      throw wrong("VALUE_EMPTY", `the option ${name} is undefined: leave it out or give it a value`);
  }
}

/** @throws RbacError (exit 2) for options that cannot be meant. */
export function checkGuard<C>(options: GuardOptions<C>): void {
  checkNames(options, GUARD);
  if (typeof options.user !== "function") throw wrong("VALUE_INVALID", "user must be a function of the request");
  if (!["forbid", "stranger", "create", undefined].includes(options.onUnknownUser))
    throw wrong("VALUE_INVALID", "onUnknownUser is forbid, stranger or create");
  if ((options.onUnknownUser === "create") !== (options.rbac !== undefined))
    throw wrong("VALUE_INVALID", 'onUnknownUser: "create" needs rbac, which writes; nothing else does');
}

/** @throws RbacError (exit 2) for options that cannot be meant. */
export function checkGuardAll(options: GuardAllOptions): void {
  checkNames(options, ["public", "print"]);
  if (options.public !== undefined && !Array.isArray(options.public))
    throw wrong("VALUE_INVALID", "public is a list of routes");
  if (options.print && typeof options.print !== "function")
    throw wrong("VALUE_INVALID", "print is a function of a line, or false");
}

/** @throws RbacError (exit 2) for options that cannot be meant. */
export function checkHow<C>(how: How<C>, guard: GuardOptions<C>, isForRoles: boolean): void {
  checkNames(how, isForRoles ? ROLE : NEED);
  const [late] = lateNames(saidBy([guard, how]));
  if (late !== undefined && !how.load)
    throw wrong("VALUE_INVALID", `${late} asks for what was loaded, and there is no load`);
  if (how.fresh !== undefined) secondsOf(how.fresh);
}
