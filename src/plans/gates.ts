/** What a plan may not do, and whether it does (rule 38). Gates see what happens now and later, and to strangers. */
import { removalsIn } from "../policy/document/renamings.ts";
import type { Impact, ImpactOnPerson, ImpactRow } from "../policy/impact/values.ts";
import { type Change, formerNamesOf } from "../policy/model/change.ts";
import { isOwn, withoutOwn } from "../policy/model/names.ts";
import { patternContains, patternsIntersection } from "../policy/model/patterns.ts";
import type { AllowedGain, Gate, GateRequest } from "./plan.ts";

/** What gates look at. */
export interface Gated {
  readonly changes: readonly Change[];
  readonly impact: Impact;
  /** How many rows there were of the kinds that lose rows; only a gate of `percent` asks. */
  readonly rowsBefore: number;
}

/** The gates that were asked for, in their order, each with what was found at it. */
export function judgeGates(request: GateRequest, judged: Gated): Gate[] {
  const { noGains, noLosses, maxAffected, maxRemovals, protect = [], protectRole = [], allowGain = [] } = request;
  const { impact, changes } = judged;
  const gates: Gate[] = [];
  const none = { limit: null, except: [] };
  if (noGains) gates.push(passing({ gate: "no-gains", ...none, except: allowGain }, gainers("*", allowGain, judged)));
  if (noLosses) gates.push(passing({ gate: "no-losses", ...none }, people(impact, hasLosses)));
  if (maxAffected !== undefined) gates.push(within({ gate: "max-affected" }, maxAffected, people(impact, isTouched)));
  if (maxRemovals) {
    const value = removalsIn(changes).length;
    if ("rows" in maxRemovals) gates.push(within({ gate: "max-removals" }, maxRemovals.rows, value));
    else {
      const { percent } = maxRemovals;
      const passed = value * 100 <= percent * judged.rowsBefore;
      gates.push({ gate: "max-removals", limit: `${percent}%`, except: [], value, passed });
    }
  }
  for (const limit of protect)
    gates.push(passing({ gate: "protect", limit, except: allowGain }, gainers(limit, allowGain, judged)));
  for (const limit of protectRole) {
    const holders = impact.newHolders.find(({ role }) => role === limit)?.users ?? [];
    gates.push(passing({ gate: "protect-role", limit, except: [] }, holders.length));
  }
  return gates;
}

/** What gates were asked with. */
export function requestOf(gates: readonly Gate[]): GateRequest {
  const limitsOf = (name: Gate["gate"]) => gates.filter(({ gate }) => gate === name).map(({ limit }) => limit);
  const [[affected], [removals]] = [limitsOf("max-affected"), limitsOf("max-removals")];
  return {
    noGains: limitsOf("no-gains").length > 0,
    noLosses: limitsOf("no-losses").length > 0,
    ...(typeof affected === "number" && { maxAffected: affected }),
    ...(typeof removals === "number" && { maxRemovals: { rows: removals } }),
    ...(typeof removals === "string" && { maxRemovals: { percent: Number.parseFloat(removals) } }),
    protect: limitsOf("protect").map(String),
    protectRole: limitsOf("protect-role").map(String),
    allowGain: gates.find(({ except }) => except.length > 0)?.except ?? [],
  };
}

type Asked = Pick<Gate, "gate" | "limit" | "except">;

/** A gate that lets nothing pass. */
const passing = (asked: Asked, value: number): Gate => ({ ...asked, value, passed: value === 0 });

const within = (asked: Pick<Gate, "gate">, limit: number, value: number): Gate => ({
  ...asked,
  ...{ limit, except: [], value, passed: value <= limit },
});

type Sees = (person: ImpactOnPerson) => boolean;

/** To how many people it happens; strangers count as one. */
const people = ({ outcomes, strangers }: Impact, sees: Sees): number =>
  outcomes.reduce((sum, outcome) => sum + (sees(outcome) ? outcome.users.length : 0), Number(sees(strangers)));

const momentsOf = (person: ImpactOnPerson) => [person, ...person.later];
const hasLosses: Sees = (person) => momentsOf(person).some(({ losses }) => losses.length > 0);
const isTouched: Sees = (person) => hasLosses(person) || momentsOf(person).some(({ gains }) => gains.length > 0);

/** How many gain something that a pattern covers, and may not. */
function gainers(pattern: string, allowed: readonly AllowedGain[], { impact, changes }: Gated): number {
  const formerNames = formerNamesOf(changes, "user");
  let count = 0;
  for (const person of [...impact.outcomes, { users: [], ...impact.strangers }]) {
    const gained = momentsOf(person).flatMap(({ gains }) => gains.filter((row) => crosses(row, pattern)));
    if (gained.length === 0) continue;
    if (person.users.length === 0) count += 1;
    const names = new Set(allowed.map(({ user }) => user));
    for (const user of person.users) {
      const former = formerNames.get(user) ?? user;
      const own =
        names.has(user) || names.has(former) ? allowed.filter((one) => [user, former].includes(one.user)) : [];
      if (!gained.every((row) => own.some((one) => lets(one.pattern, row, pattern)))) count += 1;
    }
  }
  return count;
}

/** True where a gain has something in common with a pattern; a row may be of a pattern itself. */
const crosses = ({ permission, own }: ImpactRow, pattern: string): boolean =>
  (own !== "not" || !isOwn(pattern)) && patternsIntersection(permission, withoutOwn(pattern)) !== undefined;

/** True where an exception has all that a gain and a pattern have in common. */
function lets(allowed: string, { permission, own }: ImpactRow, pattern: string): boolean {
  if (isOwn(allowed) && own !== "only" && !isOwn(pattern)) return false;
  const common = patternsIntersection(permission, withoutOwn(pattern));
  return common !== undefined && patternContains(withoutOwn(allowed), common);
}
