/** What a command hands to whoever plans it, in place of a change. */
import type { Database } from "../../database/database.ts";
import type { View } from "../../output/render.ts";
import type { Change } from "../../policy/model/change.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import type { Stamp } from "../../policy/model/results.ts";

interface Planned {
  readonly database: Database;
  readonly mutation: Mutation;
  readonly stamp: Stamp;
  readonly options: NonNullable<Parameters<Database["preview"]>[2]>;
  /** What a person should know of the changes, where they are not refused. */
  told(changes: readonly Change[]): Promise<readonly string[]>;
}

/** Makes a plan of what would be changed. */
export type Planner = (planned: Planned) => Promise<View>;
