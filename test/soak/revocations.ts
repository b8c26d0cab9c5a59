/** Ten thousand revocations by one process, while another that holds the policy compiled asks all the while. */
import { watchRevocations } from "../support/store/revocations.ts";
import { begin, none, tell } from "./run.ts";

begin("revocations");
const TIMES = Number(process.env.RBAC_REVOCATIONS ?? 10_000);
for (const assignments of ["memory", "demand"] as const) {
  const { asked, faults } = await watchRevocations(TIMES, assignments);
  tell(`${TIMES} revocations, ${asked} questions with assignments in ${assignments}`);
  none("allowed once more", faults);
}
