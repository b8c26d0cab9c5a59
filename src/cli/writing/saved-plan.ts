/** A plan that was saved, read from its file. */
import { readText } from "../../files/read-inputs.ts";
import type { Plan } from "../../plans/plan.ts";
import { readPlan } from "../../plans/read-plan.ts";

/** Room for the names of some million people. */
const LARGEST_PLAN = 500_000_000;

/** @param path `-` for standard input @throws RbacError (exit 2) for what cannot be read, or is no plan */
export const readSavedPlan = async (path: string): Promise<Plan> =>
  readPlan(readText(path, LARGEST_PLAN), path === "-" ? "standard input" : path);
