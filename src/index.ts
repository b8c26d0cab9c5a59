/** The library: open a database, ask, and change it through the one door. The command line uses the same functions. */
export { type At, Database } from "./database.ts";
export { type Problem, RbacError } from "./errors.ts";
